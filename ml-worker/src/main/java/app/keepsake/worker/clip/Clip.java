package app.keepsake.worker.clip;

import app.keepsake.jobs.Embedding;
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

    /** The name that is stored beside each vector. */
    public String model() {
        return model;
    }

    /** Where an upright picture lies. */
    public Embedding ofPicture(Path file) throws IOException {
        return pictures.use(
                encoder -> {
                    // Twice the model's side: the decoder's cheap shrinking is then invisible.
                    var picture = decoder.decode(file, 2 * encoder.side(), 0);
                    return new Embedding(model, encoder.encode(picture));
                });
    }

    /**
     * Where a text lies; what is beyond the model's context is ignored, and so is the language: the
     * models that the tokenizer can read know one.
     */
    @Override
    public Embedding embed(String text, @Nullable String language) throws IOException {
        return texts.use(encoder -> new Embedding(model, encoder.encode(text)));
    }
}
