package app.keepsake.worker.face;

import java.util.List;

/**
 * A face that the detector saw.
 *
 * @param points left eye, right eye, nose, left and right corner of the mouth, as seen
 */
record Detection(Box box, double score, List<Point> points) {}
