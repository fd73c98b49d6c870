/** What clients show of an asset before its original: a preview, a thumbnail, a thumbhash. */
@NullMarked
package app.keepsake.worker.thumbnail;

import org.jspecify.annotations.NullMarked;
