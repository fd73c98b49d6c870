package app.keepsake.worker.ocr;

/**
 * Where a line of text is.
 *
 * @param score how likely, 0 to 1
 */
record Box(Rectangle place, double score) {}
