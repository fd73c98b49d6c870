package app.keepsake.person;

import app.keepsake.asset.Edit;
import app.keepsake.asset.Edits;
import java.util.List;

/**
 * What edits make of the places on a picture. Faces are stored as they are on the original, and
 * shown as they are on the picture that is shown.
 *
 * @param width of the upright original, in pixels
 */
record Frame(double width, double height, List<Edit> edits) {

    static Frame of(Edits.Shown shown) {
        return new Frame(shown.width(), shown.height(), shown.edits());
    }

    /** A face of which less than half is left is not shown. */
    private static final double SHOWN = 0.5;

    /** The frame of the picture that is shown, which nothing is to be done to. */
    Frame edited() {
        var frame = new Frame(width, height, List.of());
        for (var edit : edits) {
            frame = frame.after(edit);
        }
        return frame;
    }

    private Frame after(Edit edit) {
        return switch (edit) {
            case Edit.Crop crop -> new Frame(crop.width(), crop.height(), List.of());
            case Edit.Rotate rotate when rotate.angle() % 180 != 0 ->
                    new Frame(height, width, List.of());
            case Edit.Rotate _, Edit.Mirror _ -> this;
        };
    }

    /** Where something of the original is on the picture that is shown. */
    Box shown(Box original) {
        var frame = new Frame(width, height, List.of());
        var box = original;
        for (var edit : edits) {
            box = frame.apply(edit, box);
            frame = frame.after(edit);
        }
        return box;
    }

    /** Where something of the picture that is shown is on the original. */
    Box original(Box shown) {
        if (edits.isEmpty()) {
            return shown;
        }
        var last = edits.getLast();
        var before = new Frame(width, height, edits.subList(0, edits.size() - 1));
        return before.original(before.edited().undo(last, shown));
    }

    boolean shows(Box original) {
        var seen = shown(original);
        var frame = edited();
        return seen.within(frame.width, frame.height).area() >= SHOWN * seen.area();
    }

    private Box apply(Edit edit, Box box) {
        return switch (edit) {
            case Edit.Crop crop -> box.moved(-crop.x(), -crop.y());
            case Edit.Rotate rotate -> turned(box, rotate.angle());
            case Edit.Mirror mirror -> mirrored(box, mirror);
        };
    }

    /** As {@link #apply} the other way round, in the frame before the edit. */
    private Box undo(Edit edit, Box box) {
        return switch (edit) {
            case Edit.Crop crop -> box.moved(crop.x(), crop.y());
            case Edit.Rotate rotate -> after(rotate).turned(box, (360 - rotate.angle()) % 360);
            case Edit.Mirror mirror -> mirrored(box, mirror);
        };
    }

    private Box turned(Box box, int clockwise) {
        return switch (clockwise) {
            case 90 -> new Box(height - box.y2(), box.x1(), height - box.y1(), box.x2());
            case 180 ->
                    new Box(
                            width - box.x2(),
                            height - box.y2(),
                            width - box.x1(),
                            height - box.y1());
            case 270 -> new Box(box.y1(), width - box.x2(), box.y2(), width - box.x1());
            default -> box;
        };
    }

    private Box mirrored(Box box, Edit.Mirror mirror) {
        return mirror.axis().equals("horizontal")
                ? new Box(width - box.x2(), box.y1(), width - box.x1(), box.y2())
                : new Box(box.x1(), height - box.y2(), box.x2(), height - box.y1());
    }
}
