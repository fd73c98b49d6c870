package app.keepsake.worker.face;

import app.keepsake.worker.image.Pixels;

/** Colours between pixels. */
final class Bilinear {

    private Bilinear() {}

    /** Writes the colour at a place of the picture, mixed of its four neighbours; black outside. */
    static void sample(Pixels from, double x, double y, byte[] to, int at) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        double right = x - left;
        double bottom = y - top;
        for (int channel = 0; channel < 3; channel++) {
            double upper =
                    (1 - right) * value(from, left, top, channel)
                            + right * value(from, left + 1, top, channel);
            double lower =
                    (1 - right) * value(from, left, top + 1, channel)
                            + right * value(from, left + 1, top + 1, channel);
            to[at + channel] = (byte) Math.round((1 - bottom) * upper + bottom * lower);
        }
    }

    private static int value(Pixels from, int x, int y, int channel) {
        if (x < 0 || y < 0 || x >= from.width() || y >= from.height()) {
            return 0;
        }
        return from.rgb()[(y * from.width() + x) * 3 + channel] & 0xff;
    }
}
