/**
 * Albums: what is in them, and who may do what with them. Their cover is kept by triggers, since
 * assets leave in many ways.
 */
@NullMarked
package app.keepsake.album;

import org.jspecify.annotations.NullMarked;
