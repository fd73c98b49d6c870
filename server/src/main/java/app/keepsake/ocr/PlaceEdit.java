package app.keepsake.ocr;

/**
 * One thing that is done to a picture, as it moves a place on it.
 *
 * @param pictureWidth of the upright original, which a crop's pixels are of; 0 if it is not known
 */
record PlaceEdit(
        String action,
        double x,
        double y,
        double width,
        double height,
        int angle,
        String axis,
        double pictureWidth,
        double pictureHeight) {

    /** A place, as fractions of a picture's width and height. */
    record Place(double x, double y) {}

    Place moved(Place from) {
        return switch (action) {
            case "crop" -> cropped(from);
            case "rotate" -> turned(from);
            case "mirror" ->
                    axis.equals("horizontal")
                            ? new Place(1 - from.x, from.y)
                            : new Place(from.x, 1 - from.y);
            default -> throw new IllegalStateException("an edit of kind " + action);
        };
    }

    private Place cropped(Place from) {
        if (pictureWidth == 0 || pictureHeight == 0) {
            return from;
        }
        return new Place(
                Math.clamp((from.x * pictureWidth - x) / width, 0, 1),
                Math.clamp((from.y * pictureHeight - y) / height, 0, 1));
    }

    private Place turned(Place from) {
        return switch (angle) {
            case 90 -> new Place(1 - from.y, from.x);
            case 180 -> new Place(1 - from.x, 1 - from.y);
            case 270 -> new Place(from.y, 1 - from.x);
            default -> from;
        };
    }
}
