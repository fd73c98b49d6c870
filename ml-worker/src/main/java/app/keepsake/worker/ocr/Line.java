package app.keepsake.worker.ocr;

import java.util.List;

/**
 * A line of text as it was read.
 *
 * @param corners clockwise from the top left, as fractions of the picture's width and height
 * @param boxScore how likely there is text, 0 to 1
 * @param textScore how sure it is what it says, 0 to 1
 */
record Line(List<Point> corners, double boxScore, double textScore, String text) {}
