package app.keepsake.asset;

import app.keepsake.problem.Problem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One thing that is done to a picture, before it is shown. */
public sealed interface Edit {

    /** By Immich's name, as it is stored. */
    String action();

    /** As it is stored and sent, by Immich's names. */
    Map<String, Object> parameters();

    /** Pixels of the upright original, of which this part is left. */
    record Crop(long x, long y, long width, long height) implements Edit {
        public Crop {
            if (x < 0 || y < 0 || width < 1 || height < 1) {
                throw new Problem.Invalid("A crop must lie within the picture");
            }
        }

        @Override
        public String action() {
            return "crop";
        }

        @Override
        public Map<String, Object> parameters() {
            return Map.of("x", x, "y", y, "width", width, "height", height);
        }
    }

    /** Degrees clockwise. */
    record Rotate(int angle) implements Edit {

        private static final List<Integer> ANGLES = List.of(0, 90, 180, 270);

        public Rotate {
            if (!ANGLES.contains(angle)) {
                throw new Problem.Invalid("angle must be one of 0, 90, 180, 270");
            }
        }

        @Override
        public String action() {
            return "rotate";
        }

        @Override
        public Map<String, Object> parameters() {
            return Map.of("angle", angle);
        }
    }

    /** Left becomes right, or with the other axis top becomes bottom. */
    record Mirror(String axis) implements Edit {
        public Mirror {
            if (!axis.equals("horizontal") && !axis.equals("vertical")) {
                throw new Problem.Invalid("axis must be one of horizontal, vertical");
            }
        }

        @Override
        public String action() {
            return "mirror";
        }

        @Override
        public Map<String, Object> parameters() {
            return Map.of("axis", axis);
        }
    }

    /** Throws {@link Problem.Invalid} unless the edits make sense in this order for this size. */
    static void requireSensible(
            List<Edit> edits, @Nullable Integer width, @Nullable Integer height) {
        if (edits.stream().map(Edit::kind).distinct().count() < edits.size()) {
            throw new Problem.Invalid("Duplicate edit actions are not allowed");
        }
        for (int i = 0; i < edits.size(); i++) {
            if (!(edits.get(i) instanceof Crop crop)) {
                continue;
            }
            if (i > 0) {
                throw new Problem.Invalid("Crop action must be the first edit action");
            }
            if (width == null || height == null) {
                throw new Problem.Invalid("Asset dimensions are not available for editing");
            }
            if (crop.x > width - crop.width || crop.y > height - crop.height) {
                throw new Problem.Invalid("Crop parameters are out of bounds");
            }
        }
    }

    /** What there may be one of: the two mirrors are two. */
    private static String kind(Edit edit) {
        return edit instanceof Mirror mirror ? mirror.axis : edit.action();
    }
}
