package app.keepsake.worker.ocr;

import java.util.List;

/**
 * A rectangle that may be turned, as a line of text stands on a picture: {@code (ux, uy)} is the
 * direction of its upper edge, at most 45 degrees off the horizontal.
 */
record Rectangle(Point centre, double ux, double uy, double width, double height) {

    /** The smallest one around an outline's corners, which go round it. */
    static Rectangle around(List<Point> hull) {
        Rectangle smallest = null;
        for (int i = 0; i < hull.size(); i++) {
            var from = hull.get(i);
            var to = hull.get((i + 1) % hull.size());
            double length = Math.hypot(to.x() - from.x(), to.y() - from.y());
            var candidate =
                    length == 0
                            ? along(hull, 1, 0)
                            : along(
                                    hull,
                                    (to.x() - from.x()) / length,
                                    (to.y() - from.y()) / length);
            if (smallest == null || candidate.area() < smallest.area()) {
                smallest = candidate;
            }
        }
        if (smallest == null) {
            throw new IllegalArgumentException("no corners");
        }
        return smallest;
    }

    private static Rectangle along(List<Point> hull, double dx, double dy) {
        // Whichever edge it was: the one that is nearest to the horizontal, to the right.
        boolean isUpright = Math.abs(dy) > Math.abs(dx);
        double ux = isUpright ? dy : dx;
        double uy = isUpright ? -dx : dy;
        if (ux < 0) {
            ux = -ux;
            uy = -uy;
        }
        double left = Double.MAX_VALUE;
        double right = -Double.MAX_VALUE;
        double top = Double.MAX_VALUE;
        double bottom = -Double.MAX_VALUE;
        for (var point : hull) {
            double along = point.x() * ux + point.y() * uy;
            double across = point.y() * ux - point.x() * uy;
            left = Math.min(left, along);
            right = Math.max(right, along);
            top = Math.min(top, across);
            bottom = Math.max(bottom, across);
        }
        double along = (left + right) / 2;
        double across = (top + bottom) / 2;
        var centre = new Point(along * ux - across * uy, along * uy + across * ux);
        return new Rectangle(centre, ux, uy, right - left, bottom - top);
    }

    double area() {
        return width * height;
    }

    double shorterSide() {
        return Math.min(width, height);
    }

    /** The same with so much more on all four sides. */
    Rectangle grown(double by) {
        return new Rectangle(centre, ux, uy, width + 2 * by, height + 2 * by);
    }

    /**
     * At a scale that is the same for both directions but for the rounding of a picture's sides.
     */
    Rectangle scaled(double x, double y) {
        double alongX = ux * x;
        double alongY = uy * y;
        double stretch = Math.hypot(alongX, alongY);
        double across = Math.hypot(uy * x, ux * y);
        return new Rectangle(
                new Point(centre.x() * x, centre.y() * y),
                alongX / stretch,
                alongY / stretch,
                width * stretch,
                height * across);
    }

    /** A place in it, by fractions of its width and height. */
    Point at(double along, double down) {
        double x = (along - 0.5) * width;
        double y = (down - 0.5) * height;
        return new Point(centre.x() + x * ux - y * uy, centre.y() + x * uy + y * ux);
    }

    boolean contains(double x, double y) {
        double dx = x - centre.x();
        double dy = y - centre.y();
        return Math.abs(dx * ux + dy * uy) <= width / 2
                && Math.abs(dy * ux - dx * uy) <= height / 2;
    }

    /** Clockwise from the top left. */
    List<Point> corners() {
        return List.of(at(0, 0), at(1, 0), at(1, 1), at(0, 1));
    }
}
