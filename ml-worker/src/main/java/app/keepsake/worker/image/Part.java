package app.keepsake.worker.image;

/** A part of a picture, in pixels from its top left corner. */
public record Part(int x, int y, int width, int height) {

    public Part {
        if (x < 0 || y < 0 || width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "no part of a picture: %d x %d at %d, %d".formatted(width, height, x, y));
        }
    }

    Size size() {
        return new Size(width, height);
    }

    boolean isWithin(Size picture) {
        return x <= picture.width() - width && y <= picture.height() - height;
    }
}
