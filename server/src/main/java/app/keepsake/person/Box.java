package app.keepsake.person;

/** A rectangle in pixels of a picture, of which it may reach over the edge. */
record Box(double x1, double y1, double x2, double y2) {

    Box scaled(double horizontally, double vertically) {
        return new Box(x1 * horizontally, y1 * vertically, x2 * horizontally, y2 * vertically);
    }

    Box moved(double x, double y) {
        return new Box(x1 + x, y1 + y, x2 + x, y2 + y);
    }

    double area() {
        return Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
    }

    /** Shared area over joint area, 0 to 1. */
    double overlap(Box other) {
        var shared =
                new Box(
                                Math.max(x1, other.x1),
                                Math.max(y1, other.y1),
                                Math.min(x2, other.x2),
                                Math.min(y2, other.y2))
                        .area();
        return shared <= 0 ? 0 : shared / (area() + other.area() - shared);
    }

    /** What of it lies within a picture of that size; nothing has no area. */
    Box within(double width, double height) {
        return new Box(
                Math.clamp(x1, 0, width),
                Math.clamp(y1, 0, height),
                Math.clamp(x2, 0, width),
                Math.clamp(y2, 0, height));
    }
}
