package app.keepsake.worker.image;

import java.util.Arrays;

/** The eight ways to lay a picture, in the order of Exif's numbers: 1 leaves it as it is. */
public enum Turn {
    NONE(1, 0, 0, 1),
    MIRRORED(-1, 0, 0, 1),
    HALF(-1, 0, 0, -1),
    FLIPPED(1, 0, 0, -1),
    TRANSPOSED(0, 1, 1, 0),
    RIGHT(0, -1, 1, 0),
    TRANSVERSED(0, -1, -1, 0),
    LEFT(0, 1, -1, 0);

    // Where a point (x, y) comes to lie, seen from the middle, with y downwards:
    // (xx * x + xy * y, yx * x + yy * y).
    private final int xx;
    private final int xy;
    private final int yx;
    private final int yy;

    Turn(int xx, int xy, int yx, int yy) {
        this.xx = xx;
        this.xy = xy;
        this.yx = yx;
        this.yy = yy;
    }

    /** By Exif's number; one that Exif does not know leaves a picture as it is. */
    static Turn ofExif(int number) {
        return number >= 1 && number <= 8 ? values()[number - 1] : NONE;
    }

    int exif() {
        return ordinal() + 1;
    }

    /** Clockwise, by a multiple of 90 degrees. */
    public static Turn byDegrees(int degrees) {
        return switch (Math.floorMod(degrees, 360)) {
            case 0 -> NONE;
            case 90 -> RIGHT;
            case 180 -> HALF;
            case 270 -> LEFT;
            default -> throw new IllegalArgumentException("not a right angle: " + degrees);
        };
    }

    /** This turn and then the next. */
    public Turn then(Turn next) {
        return of(
                next.xx * xx + next.xy * yx,
                next.xx * xy + next.xy * yy,
                next.yx * xx + next.yy * yx,
                next.yx * xy + next.yy * yy);
    }

    /** What lays a picture back. */
    Turn back() {
        return of(xx, yx, xy, yy);
    }

    private static Turn of(int xx, int xy, int yx, int yy) {
        return Arrays.stream(values())
                .filter(turn -> turn.xx == xx && turn.xy == xy && turn.yx == yx && turn.yy == yy)
                .findFirst()
                .orElseThrow();
    }

    /** How large a picture is afterwards. */
    Size of(Size size) {
        return xx == 0 ? size.turned() : size;
    }

    /** Where a part of a picture of this size comes to lie. */
    Part of(Part part, Size size) {
        var after = of(size);
        // Twice as large, so that the middle is at whole numbers.
        int x1 = 2 * part.x() - size.width();
        int y1 = 2 * part.y() - size.height();
        int x2 = x1 + 2 * part.width();
        int y2 = y1 + 2 * part.height();
        int left = Math.min(xx * x1 + xy * y1, xx * x2 + xy * y2);
        int top = Math.min(yx * x1 + yy * y1, yx * x2 + yy * y2);
        var turned = of(part.size());
        return new Part(
                (left + after.width()) / 2,
                (top + after.height()) / 2,
                turned.width(),
                turned.height());
    }
}
