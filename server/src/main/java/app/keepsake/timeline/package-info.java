/**
 * The scrolling view of a library: months with their counts, and one month as parallel columns.
 * Answers are JSON made by Postgres, since a month can hold thousands of assets.
 */
@NullMarked
package app.keepsake.timeline;

import org.jspecify.annotations.NullMarked;
