package app.keepsake.worker.onnx;

import java.io.IOException;

/** What models say about a picture, a face or a text. */
public final class Vectors {

    private Vectors() {}

    /** The same direction with length 1, which makes distances of different models alike. */
    public static float[] normalised(float[] vector) throws IOException {
        double sum = 0;
        for (float value : vector) {
            sum += (double) value * value;
        }
        double length = Math.sqrt(sum);
        if (!(length > 0 && length < Double.POSITIVE_INFINITY)) {
            throw new IOException(
                    "The model answered with a vector that has no direction (length %s)"
                            .formatted(length));
        }
        var unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }
}
