package app.keepsake.person;

/**
 * A face that a file names, by its corners in fractions of the upright picture.
 *
 * @param name never blank
 */
public record NamedFace(String name, double x1, double y1, double x2, double y2) {

    Box on(int width, int height) {
        return new Box(x1, y1, x2, y2).scaled(width, height);
    }
}
