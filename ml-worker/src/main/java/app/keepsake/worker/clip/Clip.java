package app.keepsake.worker.clip;

import app.keepsake.jobs.Embedding;
import app.keepsake.jobs.TextEmbedder;
import app.keepsake.jobs.TextVectorsUnavailable;
import app.keepsake.worker.image.PictureDecoder;
import app.keepsake.worker.onnx.ModelUnusable;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.onnx.ModelsInUse;
import app.keepsake.worker.onnx.OnDemand;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The front door to CLIP models. All vectors have length 1. While a new model's vectors are made,
 * pictures are seen by that one and words by the old.
 */
@Component
public class Clip implements TextEmbedder {

    private final PictureDecoder decoder;
    private final ModelsInUse inUse;
    private final OnDemand.ByName<PictureEncoder> pictures;
    private final OnDemand.ByName<TextEncoder> texts;

    Clip(Models models, ModelsInUse inUse, PictureDecoder decoder) {
        this.decoder = decoder;
        this.inUse = inUse;
        this.pictures = models.byName(name -> PictureEncoder.open(models, models.clip(name)));
        this.texts = models.byName(name -> TextEncoder.open(models, models.clip(name)));
    }

    /** Where an upright picture lies, as the model of that name says. */
    public Embedding ofPicture(String model, Path file) throws IOException {
        return pictures.of(model)
                .use(
                        encoder -> {
                            // Twice the model's side: the decoder's cheap shrinking is then
                            // invisible.
                            var picture = decoder.decode(file, 2 * encoder.side(), 0);
                            return new Embedding(model, encoder.encode(picture));
                        });
    }

    /**
     * Where a text lies, as the model says by which words find pictures now. What is beyond its
     * context is ignored.
     */
    @Override
    public Embedding embed(String text, @Nullable String language) throws IOException {
        var model =
                inUse.forWords()
                        .orElseThrow(
                                () ->
                                        new TextVectorsUnavailable(
                                                "Search by words has no model yet: an administrator"
                                                        + " downloads one under Models"))
                        .model();
        try {
            return texts.of(model)
                    .use(encoder -> new Embedding(model, encoder.encode(text, language)));
        } catch (ModelUnusable e) {
            throw new TextVectorsUnavailable(
                    "Search by words does not work now: its model %s cannot be used; an administrator finds what to do under Models"
                            .formatted(model),
                    e);
        }
    }
}
