package app.keepsake.worker.face;

/** A rectangle in pixels of a picture; it may lie partly outside. */
record Box(double x1, double y1, double x2, double y2) {

    Box scaled(double horizontally, double vertically) {
        return new Box(x1 * horizontally, y1 * vertically, x2 * horizontally, y2 * vertically);
    }

    /**
     * Shared area over joint area, 0 to 1.
     *
     * @param edge 1 if the end pixel belongs to the box, as the detector's authors count; else 0
     */
    double overlap(Box other, int edge) {
        double width = Math.min(x2, other.x2) - Math.max(x1, other.x1) + edge;
        double height = Math.min(y2, other.y2) - Math.max(y1, other.y1) + edge;
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double shared = width * height;
        return shared / (area(edge) + other.area(edge) - shared);
    }

    private double area(int edge) {
        return (x2 - x1 + edge) * (y2 - y1 + edge);
    }
}
