package app.keepsake.immich.asset;

import app.keepsake.asset.Edit;
import app.keepsake.problem.Problem;
import jakarta.validation.constraints.NotNull;
import tools.jackson.databind.JsonNode;

/**
 * @param parameters what they are depends on the action
 */
record AssetEditActionItemDto(@NotNull AssetEditAction action, @NotNull JsonNode parameters) {

    Edit edit() {
        return switch (action) {
            case crop -> new Edit.Crop(number("x"), number("y"), number("width"), number("height"));
            case rotate -> new Edit.Rotate(Math.toIntExact(Math.clamp(number("angle"), -1, 361)));
            case mirror -> new Edit.Mirror(parameters.path("axis").asString(""));
        };
    }

    /** A whole one; clients in JavaScript and Dart may write 90.0 all the same. */
    private long number(String name) {
        var value = parameters.path(name);
        if (!value.isNumber() || value.asDouble() != Math.rint(value.asDouble())) {
            throw new Problem.Invalid(name + " must be a whole number");
        }
        return (long) value.asDouble();
    }
}
