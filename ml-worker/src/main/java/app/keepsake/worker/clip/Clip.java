package app.keepsake.worker.clip;

import app.keepsake.jobs.Embedding;
import app.keepsake.jobs.QueueName;
import app.keepsake.jobs.TextEmbedder;
import app.keepsake.jobs.TextVectorsUnavailable;
import app.keepsake.worker.image.PictureDecoder;
import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.onnx.ModelUnusable;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.onnx.ModelsInUse;
import app.keepsake.worker.onnx.OnDemand;
import app.keepsake.worker.onnx.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The front door to CLIP models. All vectors have length 1. While a new model's vectors are made,
 * pictures are seen by that one and words by the old.
 */
@Component
public class Clip implements TextEmbedder {

    private static final Logger log = LoggerFactory.getLogger(Clip.class);
    private static final String WORDS = "two children on a beach at sunset";

    private final Models models;
    private final PictureDecoder decoder;
    private final ModelsInUse inUse;
    private final Precision precision;
    private final OnDemand.ByName<PictureEncoder> pictures;
    private final OnDemand.ByName<TextEncoder> texts;

    Clip(Models models, ModelsInUse inUse, Precision precision, PictureDecoder decoder) {
        this.models = models;
        this.decoder = decoder;
        this.inUse = inUse;
        this.precision = precision;
        this.pictures = models.byName(QueueName.SMART_SEARCH, this::openPictures);
        this.texts = models.byName(QueueName.SMART_SEARCH, this::openTexts);
    }

    private Path visual(String model) {
        return models.clip(model).resolve("visual/model.onnx");
    }

    private Path textual(String model) {
        return models.clip(model).resolve("textual/model.onnx");
    }

    private TextEncoder openTexts(Path graph) throws IOException {
        return TextEncoder.open(models, folder(graph), graph);
    }

    private PictureEncoder openPictures(Path graph) throws IOException {
        return PictureEncoder.open(models, folder(graph), graph);
    }

    /** The model's, of which a graph is one half. */
    private static Path folder(Path graph) {
        return graph.resolve("../..").normalize();
    }

    /** Where upright pictures lie, in their order, as the model of that name says. */
    List<Embedding> ofPictures(String model, List<Path> files) throws IOException {
        if (files.isEmpty()) {
            return List.of();
        }
        if (precision.isOpen(model, visual(model))) {
            settleWords(model); // now, since who asks by words waits for the answer
            precision.settle(model, visual(model), graph -> timed(model, graph, files.getFirst()));
        }
        return pictures.of(model, precision.formOf(model, visual(model)))
                .use(
                        encoder -> {
                            var squares = new ArrayList<Pixels>();
                            for (var file : files) {
                                squares.add(square(encoder, file));
                            }
                            return encoder.encode(squares).stream()
                                    .map(vector -> new Embedding(model, vector))
                                    .toList();
                        });
    }

    private Pixels square(PictureEncoder encoder, Path file) throws IOException {
        return decoder.centreSquare(file, encoder.side());
    }

    private void settleWords(String model) {
        try {
            precision.settle(
                    model,
                    textual(model),
                    graph ->
                            models.once(
                                    QueueName.SMART_SEARCH,
                                    () -> openTexts(graph),
                                    encoder -> precision.best(() -> encoder.encode(WORDS, null))));
        } catch (IOException e) { // pictures are seen all the same
            log.warn("Which form of {} reads words faster is unknown: 32 bits do", model, e);
        }
    }

    private Precision.Timed timed(String model, Path graph, Path file) throws IOException {
        return models.once(
                QueueName.SMART_SEARCH,
                () -> openPictures(graph),
                encoder -> {
                    var picture = square(encoder, file);
                    return precision.best(() -> encoder.encode(List.of(picture)).getFirst());
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
                                                        + " downloads one under Administration"))
                        .model();
        try {
            return texts.of(model, precision.formOf(model, textual(model)))
                    .use(encoder -> new Embedding(model, encoder.encode(text, language)));
        } catch (ModelUnusable e) {
            throw new TextVectorsUnavailable(
                    "Search by words does not work now: its model %s cannot be used; an administrator finds what to do under Administration"
                            .formatted(model),
                    e);
        }
    }
}
