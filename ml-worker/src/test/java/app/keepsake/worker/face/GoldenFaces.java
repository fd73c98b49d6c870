package app.keepsake.worker.face;

import app.keepsake.worker.support.WorkerFixtures;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** What the reference pipeline says of a photo's faces, from a score of 0.3 on. */
record GoldenFaces(int[] size, List<Seen> faces) {

    record Seen(double[] box, double score, double[] points, float[] embedding) {}

    static GoldenFaces of(String photo) {
        var json = new JsonMapper().readTree(WorkerFixtures.golden("faces-detection.json"));
        return new JsonMapper().treeToValue(json.get(photo), GoldenFaces.class);
    }
}
