package app.keepsake.worker.ocr;

import app.keepsake.worker.onnx.Graph;
import app.keepsake.worker.onnx.ModelUnusable;
import app.keepsake.worker.onnx.Models;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a pair of models that find and read text. One comes with the program; a folder of
 * the same name goes before it.
 */
record OcrModel(Models models, String name) {

    static final String OWN = "PP-OCRv4_mobile";

    /** As the server sees it, too: the detector may be another pair's. */
    boolean isThere() {
        return name.equals(OWN) || Files.exists(recognition());
    }

    private Path recognition() {
        return models.texts(name).resolve("recognition/model.onnx");
    }

    TextDetector openDetector() throws IOException {
        if (isOwn()) {
            var name = Path.of(OWN, "detection");
            return new TextDetector(
                    name, models.openForAnySize(name, own("ch_PP-OCRv4_det_infer.onnx")));
        }
        var file = models.texts(name).resolve("detection/model.onnx");
        if (!Files.exists(file)) {
            // All scripts are found by the same model: LATIN__PP-OCRv5_mobile has but a recogniser.
            var shared =
                    models.texts(name.substring(name.indexOf("__") + 1).replaceFirst("^_", ""));
            file = shared.resolve("detection/model.onnx");
        }
        return new TextDetector(file, models.openForAnySize(file));
    }

    TextRecogniser openRecogniser() throws IOException {
        if (isOwn()) {
            var name = Path.of(OWN, "recognition");
            var model = own("ch_PP-OCRv4_rec_infer.onnx");
            return recogniser(
                    name,
                    models.openForAnySize(name, model),
                    letters(name, new ByteArrayInputStream(model)));
        }
        var file = recognition();
        var graph = models.openForAnySize(file);
        var list = file.resolveSibling("charset.txt");
        try (var model = Files.newInputStream(file)) {
            return recogniser(
                    file,
                    graph,
                    Files.exists(list) ? Files.readString(list) : letters(file, model));
        } catch (IOException e) {
            graph.close();
            throw e;
        }
    }

    private boolean isOwn() {
        return name.equals(OWN) && !Files.exists(models.texts(name));
    }

    private static byte[] own(String file) throws IOException {
        try (var stream = OcrModel.class.getResourceAsStream("/models/" + file)) {
            if (stream == null) {
                throw new IOException(file + " did not come with the program");
            }
            return stream.readAllBytes();
        }
    }

    private static String letters(Path file, InputStream model) throws IOException {
        return ModelMetadata.of(model, "character")
                .orElseThrow(
                        () ->
                                new ModelUnusable(
                                        file,
                                        "has no list of letters: put its charset.txt beside it"));
    }

    private static TextRecogniser recogniser(Path file, Graph graph, String letters) {
        // One a line; a line's end may itself be a letter's, so only these.
        return new TextRecogniser(file, graph, List.of(letters.strip().split("\r?\n")));
    }
}
