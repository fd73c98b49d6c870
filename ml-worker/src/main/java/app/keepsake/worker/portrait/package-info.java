/** Portraits: what clients show of somebody, cut out of a photo's preview. */
@NullMarked
package app.keepsake.worker.portrait;

import org.jspecify.annotations.NullMarked;
