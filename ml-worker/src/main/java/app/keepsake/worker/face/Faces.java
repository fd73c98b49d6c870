package app.keepsake.worker.face;

import app.keepsake.jobs.QueueName;
import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.onnx.OnDemand;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** Finds and describes faces with a pair of models. */
@Component
class Faces {

    private final Models models;
    private final OnDemand.ByName<FaceDetector> detectors;
    private final OnDemand.ByName<FaceEncoder> encoders;

    Faces(Models models) {
        this.models = models;
        this.detectors =
                models.byName(QueueName.FACE_DETECTION, graph -> FaceDetector.open(models, graph));
        this.encoders =
                models.byName(QueueName.FACE_DETECTION, graph -> FaceEncoder.open(models, graph));
    }

    /**
     * Every face that is seen clearly enough, the clearest first.
     *
     * @param model the pair's name
     * @param minScore how clearly, 0 to 1
     */
    List<Face> on(String model, Pixels picture, double minScore) throws IOException {
        var folder = models.faces(model);
        var detections =
                detectors
                        .of(model, folder.resolve("detection/model.onnx"))
                        .use(detector -> detector.detect(picture, minScore));
        if (detections.isEmpty()) {
            return List.of(); // most photos: the second model is not even opened
        }
        return encoders.of(model, folder.resolve("recognition/model.onnx"))
                .use(
                        encoder -> {
                            var faces = new ArrayList<Face>();
                            for (var seen : detections) {
                                var vector = encoder.encode(picture, seen.points());
                                faces.add(new Face(seen.box(), seen.score(), vector));
                            }
                            return faces;
                        });
    }
}
