package app.keepsake.worker.face;

/** A face on a picture and its vector, of length 1. */
record Face(Box box, double score, float[] vector) {}
