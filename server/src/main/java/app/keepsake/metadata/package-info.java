/**
 * What an original says about itself (when, where, with what), read in the server so that an asset
 * stands in the timeline also while the worker is down.
 *
 * <p>The files are assumed hostile: a read is bounded in bytes and in time, and a file that cannot
 * be read keeps the dates that its upload gave.
 */
@NullMarked
package app.keepsake.metadata;

import org.jspecify.annotations.NullMarked;
