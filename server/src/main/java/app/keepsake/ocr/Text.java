package app.keepsake.ocr;

import app.keepsake.ocr.PlaceEdit.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/**
 * A line of text on a picture. Its four corners, clockwise from the top left, are fractions of the
 * picture's width and height.
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
        String text) {

    double middle() {
        return (y1 + y2 + y3 + y4) / 4;
    }

    double left() {
        return Math.min(x1, x4);
    }

    double bottom() {
        return Math.max(y3, y4);
    }

    /** The same on the edited picture. */
    Text edited(List<PlaceEdit> edits) {
        var corners = new ArrayList<Place>();
        for (var corner :
                List.of(
                        new Place(x1, y1),
                        new Place(x2, y2),
                        new Place(x3, y3),
                        new Place(x4, y4))) {
            for (var edit : edits) {
                corner = edit.moved(corner);
            }
            corners.add(corner);
        }
        fromTopLeft(corners);
        return new Text(
                id,
                assetId,
                corners.get(0).x(),
                corners.get(0).y(),
                corners.get(1).x(),
                corners.get(1).y(),
                corners.get(2).x(),
                corners.get(2).y(),
                corners.get(3).x(),
                corners.get(3).y(),
                boxScore,
                textScore,
                text);
    }

    /** A turn leaves another corner at the top left; in a mirror they go round the other way. */
    private static void fromTopLeft(List<Place> corners) {
        double twiceTheArea = 0;
        int first = 0;
        for (int i = 0; i < 4; i++) {
            var corner = corners.get(i);
            var next = corners.get((i + 1) % 4);
            twiceTheArea += corner.x() * next.y() - next.x() * corner.y();
        }
        if (twiceTheArea < 0) {
            Collections.reverse(corners);
        }
        for (int i = 1; i < 4; i++) {
            if (sum(corners.get(i)) < sum(corners.get(first))) {
                first = i;
            }
        }
        Collections.rotate(corners, -first);
    }

    private static double sum(Place corner) {
        return corner.x() + corner.y();
    }
}
