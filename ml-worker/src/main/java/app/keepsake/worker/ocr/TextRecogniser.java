package app.keepsake.worker.ocr;

import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.onnx.ColourScale;
import app.keepsake.worker.onnx.Graph;
import app.keepsake.worker.onnx.Graph.Output;
import app.keepsake.worker.onnx.ModelUnusable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * CTC, open: says for each few pixels of a line which letter is there, or none. A letter that goes
 * on is one; the same after none is another.
 *
 * @param letters those of the answers 1, 2, …; behind them stands a space
 */
record TextRecogniser(Path file, Graph graph, List<String> letters) implements AutoCloseable {

    /** What a line says, and how sure that is, 0 to 1. */
    record Reading(String text, double score) {}

    static final int HEIGHT = 48;

    private static final ColourScale SCALE = ColourScale.of(127.5f, 127.5f);
    private static final int LEAST_WIDE = 320;
    private static final int MOST_LINES = 6;

    /** Of all lines of a run together: an answer is some 3 kB for each pixel. */
    private static final int MOST_WIDE = 1280;

    /** What each line says, in their order. Lines of a like length are read together. */
    List<Reading> read(List<Pixels> lines) throws IOException {
        var readings = new Reading[lines.size()];
        var byLength =
                IntStream.range(0, lines.size())
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> lines.get(i).width()))
                        .toList();
        int from = 0;
        while (from < byLength.size()) {
            int to = from + 1;
            while (to < byLength.size()
                    && to - from < MOST_LINES
                    && (to - from + 1) * width(lines.get(byLength.get(to))) <= MOST_WIDE) {
                to++;
            }
            var batch = byLength.subList(from, to);
            int width = width(lines.get(batch.getLast()));
            var padded =
                    batch.stream()
                            .map(i -> Crop.forModel(Crop.padded(lines.get(i), width), graph))
                            .toList();
            var read = readings(graph.run(padded, SCALE), batch.size());
            for (int i = 0; i < batch.size(); i++) {
                readings[batch.get(i)] = read.get(i);
            }
            from = to;
        }
        return List.of(readings);
    }

    private static int width(Pixels line) {
        return Math.max(line.width(), LEAST_WIDE);
    }

    private List<Reading> readings(Map<String, Output> outputs, int count) throws ModelUnusable {
        var indices = outputs.get("ctc_indices");
        var confidence = outputs.get("ctc_confidence");
        var readings = new ArrayList<Reading>();
        if (indices != null && confidence != null) {
            int steps = indices.numbers().length / count;
            for (int line = 0; line < count; line++) {
                readings.add(decode(indices.numbers(), confidence.numbers(), line * steps, steps));
            }
            return readings;
        }
        var likely = outputs.values().iterator().next();
        if (likely.shape().length != 3 || likely.shape()[2] != letters.size() + 2) {
            throw new ModelUnusable(
                    file,
                    "does not answer with one of its %d letters: choose another"
                            .formatted(letters.size()));
        }
        int steps = (int) likely.shape()[1];
        int classes = letters.size() + 2;
        for (int line = 0; line < count; line++) {
            var best = new float[steps];
            var scores = new float[steps];
            for (int step = 0; step < steps; step++) {
                int at = (line * steps + step) * classes;
                int highest = 0;
                for (int letter = 1; letter < classes; letter++) {
                    if (likely.numbers()[at + letter] > likely.numbers()[at + highest]) {
                        highest = letter;
                    }
                }
                best[step] = highest;
                scores[step] = likely.numbers()[at + highest];
            }
            readings.add(decode(best, scores, 0, steps));
        }
        return readings;
    }

    private Reading decode(float[] best, float[] scores, int from, int steps) throws ModelUnusable {
        var text = new StringBuilder();
        double sum = 0;
        int kept = 0;
        int before = 0;
        for (int step = from; step < from + steps; step++) {
            int letter = (int) best[step];
            if (letter != 0 && letter != before) {
                text.append(letter(letter));
                sum += scores[step];
                kept++;
            }
            before = letter;
        }
        return new Reading(text.toString().strip(), kept == 0 ? 0 : sum / kept);
    }

    private String letter(int answer) throws ModelUnusable {
        if (answer < 0 || answer > letters.size() + 1) {
            throw new ModelUnusable(
                    file,
                    "answers with letter %d of %d: its list of letters is another model's"
                            .formatted(answer, letters.size()));
        }
        return answer <= letters.size() ? letters.get(answer - 1) : " ";
    }

    @Override
    public void close() throws Exception {
        graph.close();
    }
}
