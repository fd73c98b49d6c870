package app.keepsake.worker.portrait;

/**
 * The part of a picture that becomes a portrait: a square around the middle of a face, a tenth
 * larger than that, and up to half as large where the picture ends.
 */
record Square(int x, int y, int side) {

    private static final double ROOM = 1.1;

    /**
     * @param x1 of the face, which may reach over the edge, in pixels of the picture
     */
    static Square around(double x1, double y1, double x2, double y2, int width, int height) {
        double middleX = Math.clamp((x1 + x2) / 2, 0.5, width - 0.5);
        double middleY = Math.clamp((y1 + y2) / 2, 0.5, height - 0.5);
        double half = Math.max(x2 - x1, y2 - y1) / 2 * ROOM;
        double most =
                Math.min(Math.min(middleX, width - middleX), Math.min(middleY, height - middleY));
        // Of a face that is half outside, what there is of it.
        double least = Math.min(half / 2, Math.min(width, height) / 2.0);
        double taken = Math.max(0.5, Math.max(least, Math.min(half, most)));
        int side = Math.max(1, (int) Math.floor(2 * taken));
        return new Square(
                Math.clamp((int) Math.rint(middleX - taken), 0, width - side),
                Math.clamp((int) Math.rint(middleY - taken), 0, height - side),
                side);
    }
}
