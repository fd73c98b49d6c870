package app.keepsake.worker.ocr;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How likely each place of a picture is text, from 0 to 255, and the boxes around where it is: the
 * second half of DB. Only the smallest rectangle around each region counts, so the leftmost and
 * rightmost places of its rows are all that is kept of it.
 */
record Likelihood(byte[] values, int width, int height) {

    private static final int IS_TEXT = (int) (0.3 * 255);
    private static final int MOST = 1000;
    private static final double LEAST_SIDE = 3;
    private static final double LEAST_GROWN_SIDE = 5;

    /** The model marks the middle of lines: this makes them whole again. */
    private static final double GROWTH = 1.6;

    /** The boxes that are text by at least so much, the likeliest first. */
    List<Box> boxes(double minScore) {
        var isText = dilated();
        var boxes = new ArrayList<Box>();
        var region = new Region(width, height);
        for (int start = 0; start < isText.length; start++) {
            if (isText[start] && region.take(isText, start)) {
                var place = Rectangle.around(region.hull());
                if (place.shorterSide() >= LEAST_SIDE) {
                    double score = mean(place);
                    var grown =
                            place.grown(
                                    place.area() * GROWTH / (2 * (place.width() + place.height())));
                    if (score >= minScore && grown.shorterSide() >= LEAST_GROWN_SIDE) {
                        boxes.add(new Box(grown, score));
                    }
                }
            }
        }
        boxes.sort(Comparator.comparingDouble(Box::score).reversed());
        return boxes.size() > MOST ? boxes.subList(0, MOST) : boxes;
    }

    /** What is text, or right or below of it: what is torn apart by a pixel is one. */
    private boolean[] dilated() {
        var isText = new boolean[values.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                if ((values[at] & 0xff) > IS_TEXT) {
                    isText[at] = true;
                    boolean hasRight = x + 1 < width;
                    if (hasRight) {
                        isText[at + 1] = true;
                    }
                    if (y + 1 < height) {
                        isText[at + width] = true;
                        if (hasRight) {
                            isText[at + width + 1] = true;
                        }
                    }
                }
            }
        }
        return isText;
    }

    private double mean(Rectangle place) {
        var corners = place.corners();
        int left = (int) Math.floor(corners.stream().mapToDouble(Point::x).min().orElseThrow());
        int right = (int) Math.ceil(corners.stream().mapToDouble(Point::x).max().orElseThrow());
        int top = (int) Math.floor(corners.stream().mapToDouble(Point::y).min().orElseThrow());
        int bottom = (int) Math.ceil(corners.stream().mapToDouble(Point::y).max().orElseThrow());
        // The corners are centres of pixels, and their rectangle is half a pixel less all round.
        var whole = place.grown(0.5);
        long sum = 0;
        int count = 0;
        for (int y = Math.max(top, 0); y <= Math.min(bottom, height - 1); y++) {
            for (int x = Math.max(left, 0); x <= Math.min(right, width - 1); x++) {
                if (whole.contains(x, y)) {
                    sum += values[y * width + x] & 0xff;
                    count++;
                }
            }
        }
        return count == 0 ? 0 : sum / (255.0 * count);
    }

    /** One region after another, whose places are taken off the map. */
    private static final class Region {

        private final int width;
        private final int height;
        private final int[] left;
        private final int[] right;
        private int[] open = new int[1024];
        private int waiting;
        private int top;
        private int bottom;

        Region(int width, int height) {
            this.width = width;
            this.height = height;
            this.left = new int[height];
            this.right = new int[height];
        }

        /** All that hangs together with a place, also by corners; false if it is but a speck. */
        boolean take(boolean[] isText, int start) {
            top = height;
            bottom = -1;
            Arrays.fill(left, Integer.MAX_VALUE);
            Arrays.fill(right, -1);
            waiting = 0;
            add(isText, start);
            while (waiting > 0) {
                int at = open[--waiting];
                int x = at % width;
                int y = at / width;
                top = Math.min(top, y);
                bottom = Math.max(bottom, y);
                left[y] = Math.min(left[y], x);
                right[y] = Math.max(right[y], x);
                for (int dy = y > 0 ? -1 : 0; dy <= (y + 1 < height ? 1 : 0); dy++) {
                    for (int dx = x > 0 ? -1 : 0; dx <= (x + 1 < width ? 1 : 0); dx++) {
                        add(isText, at + dy * width + dx);
                    }
                }
            }
            return bottom - top >= 1;
        }

        private void add(boolean[] isText, int at) {
            if (isText[at]) {
                isText[at] = false;
                if (waiting == open.length) {
                    open = Arrays.copyOf(open, 2 * open.length);
                }
                open[waiting++] = at;
            }
        }

        /** Its outline without what is bent inwards, going round it. */
        List<Point> hull() {
            var hull = new ArrayList<Point>();
            for (int y = top; y <= bottom; y++) {
                turn(hull, 0, new Point(right[y], y));
            }
            int lower = hull.size() - 1;
            for (int y = bottom; y >= top; y--) {
                turn(hull, lower, new Point(left[y], y));
            }
            return hull;
        }

        /** Adds a point after those that it does not make inner ones. */
        private static void turn(List<Point> hull, int from, Point next) {
            while (hull.size() >= from + 2) {
                var last = hull.getLast();
                var before = hull.get(hull.size() - 2);
                double cross =
                        (last.x() - before.x()) * (next.y() - last.y())
                                - (last.y() - before.y()) * (next.x() - last.x());
                if (cross > 0) {
                    break;
                }
                hull.removeLast();
            }
            hull.add(next);
        }
    }
}
