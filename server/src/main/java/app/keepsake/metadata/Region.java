package app.keepsake.metadata;

import app.keepsake.person.NamedFace;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * A named part of a picture as it is stored, as the Metadata Working Group has it: by its middle
 * and its size, in fractions.
 */
record Region(String name, double x, double y, double width, double height) {

    /** More than any group photo has names. */
    static final int MOST = 500;

    private static final int LONGEST_NAME = 200;

    /**
     * Empty for what is no named face, or lies nowhere.
     *
     * @param x not a number where nothing says so, as the others
     */
    static Optional<Region> of(
            @Nullable String name,
            @Nullable String type,
            double x,
            double y,
            double width,
            double height) {
        var clean = Tags.clean(name);
        var isFace = type == null || type.equalsIgnoreCase("Face");
        var isSomewhere =
                DoubleStream.of(x, y, width, height).allMatch(value -> value >= 0 && value <= 1)
                        && width > 0
                        && height > 0;
        return clean == null || clean.length() > LONGEST_NAME || !isFace || !isSomewhere
                ? Optional.empty()
                : Optional.of(new Region(clean, x, y, width, height));
    }

    /** Where it is when the picture stands upright. */
    NamedFace upright(@Nullable Integer orientation) {
        return switch (orientation == null ? 1 : orientation) {
            case 2 -> around(1 - x, y, width, height);
            case 3 -> around(1 - x, 1 - y, width, height);
            case 4 -> around(x, 1 - y, width, height);
            case 5 -> around(y, x, height, width);
            case 6 -> around(1 - y, x, height, width);
            case 7 -> around(1 - y, 1 - x, height, width);
            case 8 -> around(y, 1 - x, height, width);
            default -> around(x, y, width, height);
        };
    }

    /** A fraction; not a number where the text says none. */
    static double number(@Nullable String text) {
        try {
            return text == null ? Double.NaN : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private NamedFace around(double middleX, double middleY, double wide, double high) {
        return new NamedFace(
                name,
                middleX - wide / 2,
                middleY - high / 2,
                middleX + wide / 2,
                middleY + high / 2);
    }
}
