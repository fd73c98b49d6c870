package app.keepsake.worker.face;

import java.util.List;

/**
 * A turn, one scale and a shift: {@code (x, y) -> (a x - b y + dx, b x + a y + dy)}.
 *
 * <p>As complex numbers, the least squares that Umeyama solves in n dimensions by a singular value
 * decomposition have this closed form in two.
 */
record Similarity(double a, double b, double dx, double dy) {

    /** The one that takes each point nearest to its goal. The points must not all be the same. */
    static Similarity between(List<Point> points, List<Point> goals) {
        var from = centre(points);
        var to = centre(goals);
        double length = 0;
        double along = 0;
        double across = 0;
        for (int i = 0; i < points.size(); i++) {
            double px = points.get(i).x() - from.x();
            double py = points.get(i).y() - from.y();
            double gx = goals.get(i).x() - to.x();
            double gy = goals.get(i).y() - to.y();
            length += px * px + py * py;
            along += px * gx + py * gy;
            across += px * gy - py * gx;
        }
        double a = along / length;
        double b = across / length;
        return new Similarity(
                a, b, to.x() - a * from.x() + b * from.y(), to.y() - b * from.x() - a * from.y());
    }

    Point apply(double x, double y) {
        return new Point(a * x - b * y + dx, b * x + a * y + dy);
    }

    Similarity inverse() {
        double square = a * a + b * b;
        double ia = a / square;
        double ib = -b / square;
        return new Similarity(ia, ib, -ia * dx + ib * dy, -ib * dx - ia * dy);
    }

    private static Point centre(List<Point> points) {
        return new Point(
                points.stream().mapToDouble(Point::x).average().orElseThrow(),
                points.stream().mapToDouble(Point::y).average().orElseThrow());
    }
}
