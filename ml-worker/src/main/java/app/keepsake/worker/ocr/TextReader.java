package app.keepsake.worker.ocr;

import app.keepsake.config.MachineLearningConfig.Ocr;
import app.keepsake.jobs.QueueName;
import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.onnx.ModelsInUse;
import app.keepsake.worker.onnx.OnDemand;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds and reads text with the pair of models that administrators chose. */
@Component
class TextReader {

    /** A letter is worth reading from so little. */
    private static final double LEAST_SIDE = 3;

    /** Lines that are cut out before they are read: a page has hundreds. */
    private static final int AT_ONCE = 48;

    private final Models models;
    private final ModelsInUse inUse;
    private @Nullable Pair pair;

    TextReader(Models models, ModelsInUse inUse) {
        this.models = models;
        this.inUse = inUse;
    }

    private record Pair(
            String name, OnDemand<TextDetector> detectors, OnDemand<TextRecogniser> recognisers) {}

    /**
     * As it can be done: while the chosen pair is not there, by the one before, or by one's own.
     */
    Ocr possible(Ocr wanted) {
        if (isThere(wanted.modelName())) {
            return wanted;
        }
        return wanted.by(inUse.texts().filter(this::isThere).orElse(OcrModel.OWN));
    }

    private boolean isThere(String pair) {
        return new OcrModel(models, pair).isThere();
    }

    /** The lines of text that are sure enough. */
    List<Line> read(Pixels picture, Ocr wanted) throws IOException {
        var pair = pair(wanted.modelName());
        var boxes =
                pair.detectors.use(
                        detector ->
                                detector.detect(
                                        picture,
                                        wanted.maxResolution(),
                                        wanted.minDetectionScore()));
        var places = boxes.stream().filter(box -> box.place().shorterSide() > LEAST_SIDE).toList();
        if (places.isEmpty()) {
            return List.of(); // most photos: the second model is not even opened
        }
        return pair.recognisers.use(
                recogniser -> lines(recogniser, picture, places, wanted.minRecognitionScore()));
    }

    private static List<Line> lines(
            TextRecogniser recogniser, Pixels picture, List<Box> boxes, double minScore)
            throws IOException {
        var lines = new ArrayList<Line>();
        for (int from = 0; from < boxes.size(); from += AT_ONCE) {
            var some = boxes.subList(from, Math.min(from + AT_ONCE, boxes.size()));
            var crops = new ArrayList<Pixels>();
            for (var box : some) {
                crops.add(Crop.line(picture, box.place(), TextRecogniser.HEIGHT));
            }
            var readings = new ArrayList<>(recogniser.read(crops));
            readUpsideDown(recogniser, some, crops, readings, minScore);
            for (int i = 0; i < readings.size(); i++) {
                var reading = readings.get(i);
                if (!reading.text().isEmpty() && reading.score() > minScore) {
                    var box = some.get(i);
                    lines.add(
                            new Line(
                                    fractions(box.place(), picture),
                                    box.score(),
                                    reading.score(),
                                    reading.text()));
                }
            }
        }
        return lines;
    }

    /** What runs upwards was turned the wrong way; Immich's service does not read it. */
    private static void readUpsideDown(
            TextRecogniser recogniser,
            List<Box> boxes,
            List<Pixels> crops,
            List<TextRecogniser.Reading> readings,
            double minScore)
            throws IOException {
        var unread = new ArrayList<Integer>();
        for (int i = 0; i < boxes.size(); i++) {
            var place = boxes.get(i).place();
            if (place.height() >= 1.5 * place.width() && readings.get(i).score() <= minScore) {
                unread.add(i);
            }
        }
        var again = recogniser.read(unread.stream().map(i -> Crop.turned(crops.get(i))).toList());
        for (int i = 0; i < unread.size(); i++) {
            if (again.get(i).score() > readings.get(unread.get(i)).score()) {
                readings.set(unread.get(i), again.get(i));
            }
        }
    }

    private static List<Point> fractions(Rectangle place, Pixels picture) {
        return place.corners().stream()
                .map(
                        corner ->
                                new Point(
                                        Math.clamp(corner.x() / picture.width(), 0, 1),
                                        Math.clamp(corner.y() / picture.height(), 0, 1)))
                .toList();
    }

    /** The models of before are closed when they have been idle for long enough. */
    private synchronized Pair pair(String name) {
        var now = pair;
        if (now == null || !now.name.equals(name)) {
            var model = new OcrModel(models, name);
            now =
                    new Pair(
                            name,
                            models.onDemand(QueueName.OCR, model::openDetector),
                            models.onDemand(QueueName.OCR, model::openRecogniser));
            pair = now;
        }
        return now;
    }
}
