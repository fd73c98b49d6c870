package app.keepsake.worker.clip;

import app.keepsake.jobs.TextEmbedder;
import app.keepsake.worker.image.PictureDecoder;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.onnx.OnDemand;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The front door to the configured CLIP model. All vectors have length 1 and one dimension. */
@Component
public class Clip implements TextEmbedder {

    private final PictureDecoder decoder;
    private final String model;
    private final OnDemand<PictureEncoder> pictures;
    private final OnDemand<TextEncoder> texts;

    Clip(Models models, PictureDecoder decoder) {
        this.decoder = decoder;
        this.model = models.clip().getFileName().toString();
        this.pictures = models.onDemand(() -> PictureEncoder.open(models));
        this.texts = models.onDemand(() -> TextEncoder.open(models));
    }

    /** The name that is stored beside each vector: vectors of two models cannot be compared. */
    public String model() {
        return model;
    }

    /** The vector of an upright picture. */
    public float[] ofPicture(Path file) throws IOException {
        return pictures.use(
                encoder -> {
                    // Twice the model's side: the decoder's cheap shrinking is then invisible.
                    return encoder.encode(decoder.decode(file, 2 * encoder.side(), 0));
                });
    }

    /**
     * The vector of a text; what is beyond the model's context is ignored, and so is the language:
     * the models that the tokenizer can read know one.
     */
    @Override
    public float[] embed(String text, @Nullable String language) throws IOException {
        return texts.use(encoder -> encoder.encode(text));
    }
}
