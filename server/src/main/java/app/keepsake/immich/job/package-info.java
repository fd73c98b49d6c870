/** The tag "Jobs" of the Immich API. */
@NullMarked
package app.keepsake.immich.job;

import org.jspecify.annotations.NullMarked;
