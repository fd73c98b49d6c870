/**
 * Faces: where they are on a preview (SCRFD), and a vector of each (ArcFace) by which the same
 * person is known again. Any pair of models of Immich's {@code facial-recognition} layout works.
 */
@NullMarked
package app.keepsake.worker.face;

import org.jspecify.annotations.NullMarked;
