package app.keepsake.worker.face;

/** A place in a picture, in pixels. */
record Point(double x, double y) {}
