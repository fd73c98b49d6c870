package app.keepsake.ocr;

import java.util.UUID;

/**
 * A line of text on a picture. Its four corners, clockwise from where it begins, are fractions of
 * the picture's width and height.
 *
 * @param boxScore how sure it is that there is text, 0 to 1
 * @param textScore how sure it is what it says, 0 to 1
 */
public record Text(
        UUID id,
        UUID assetId,
        double x1,
        double y1,
        double x2,
        double y2,
        double x3,
        double y3,
        double x4,
        double y4,
        double boxScore,
        double textScore,
        String text) {}
