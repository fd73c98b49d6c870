/**
 * What becomes of an upload, and the admin's view of it. Redis carries the work, Postgres knows
 * what is missing (I3): everything here can be said again from there.
 */
@NullMarked
package app.keepsake.job;

import org.jspecify.annotations.NullMarked;
