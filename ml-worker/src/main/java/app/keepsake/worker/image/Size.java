package app.keepsake.worker.image;

/** Width and height in pixels, both at least 1. */
record Size(int width, int height) {

    /** WebP cannot hold more, and browsers do not paint more. Only panoramas come near it. */
    private static final int LONGEST = 16_383;

    Size {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("no picture is %d x %d".formatted(width, height));
        }
    }

    int shorter() {
        return Math.min(width, height);
    }

    long pixels() {
        return (long) width * height;
    }

    Size turned() {
        return new Size(height, width);
    }

    /** This shape with the given shorter side, or this size where that would enlarge it. */
    Size withShorterSide(int length) {
        return scaled(
                Math.min((double) length / shorter(), (double) LONGEST / Math.max(width, height)));
    }

    /** This shape with the given longer side, or this size where that would enlarge it. */
    Size withLongerSide(int length) {
        return scaled((double) length / Math.max(width, height));
    }

    /** This shape with at most so many pixels. */
    Size withPixels(long most) {
        return scaled(Math.sqrt((double) most / pixels()));
    }

    private Size scaled(double scale) {
        if (scale >= 1) {
            return this;
        }
        return new Size(
                Math.max(1, (int) Math.round(width * scale)),
                Math.max(1, (int) Math.round(height * scale)));
    }

    @Override
    public String toString() {
        return width + " x " + height;
    }
}
