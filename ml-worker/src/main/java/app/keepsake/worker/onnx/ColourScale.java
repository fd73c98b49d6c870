package app.keepsake.worker.onnx;

/** How a model trained on scaled colours sees a byte, per channel: (value - mean) / deviation. */
public record ColourScale(float[] mean, float[] deviation) {

    /** One mean and one deviation, in bytes, for all three channels. */
    public static ColourScale of(float mean, float deviation) {
        return new ColourScale(
                new float[] {mean, mean, mean}, new float[] {deviation, deviation, deviation});
    }

    /** As models are published: fractions of 255. */
    public static ColourScale ofFractions(float[] mean, float[] deviation) {
        var scale = new ColourScale(new float[3], new float[3]);
        for (int channel = 0; channel < 3; channel++) {
            scale.mean[channel] = mean[channel] * 255;
            scale.deviation[channel] = deviation[channel] * 255;
        }
        return scale;
    }

    float[] table(int channel) {
        var table = new float[256];
        for (int value = 0; value < 256; value++) {
            table[value] = (value - mean[channel]) / deviation[channel];
        }
        return table;
    }
}
