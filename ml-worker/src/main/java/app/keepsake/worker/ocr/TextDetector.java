package app.keepsake.worker.ocr;

import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.onnx.ColourScale;
import app.keepsake.worker.onnx.Graph;
import app.keepsake.worker.onnx.ModelUnusable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * DB, open: says how likely each pixel is text.
 *
 * <p>Immich's service shows it colours from 0 to 2; this shows it -1 to 1, as it was trained. Long
 * pictures are looked at in pieces that overlap: a panorama costs no more memory than a photo, and
 * loses none of its detail.
 */
record TextDetector(Path file, Graph graph) implements AutoCloseable {

    private static final ColourScale SCALE = ColourScale.of(127.5f, 127.5f);

    /** Pixels that the model looks at in one run, at some 250 bytes each: a photo of 3:2. */
    private static final int MOST_AT_ONCE = 736 * 1120;

    /** So much of a piece's edge is what the model cannot judge without its neighbour. */
    private static final int MARGIN = 64;

    private static final int STEP = 32;

    /**
     * @param maxResolution of the shorter side
     * @return boxes in pixels of the picture, the likeliest first
     */
    List<Box> detect(Pixels picture, int maxResolution, double minScore) throws IOException {
        if (Math.min(picture.width(), picture.height()) < STEP) {
            return List.of();
        }
        double ratio =
                Math.min(1, (double) maxResolution / Math.min(picture.width(), picture.height()));
        int width = inSteps(picture.width() * ratio);
        int height = inSteps(picture.height() * ratio);
        var boxes = likelihood(Shrink.to(picture, width, height)).boxes(minScore);
        double scaleX = (double) picture.width() / width;
        double scaleY = (double) picture.height() / height;
        return boxes.stream()
                .map(box -> new Box(box.place().scaled(scaleX, scaleY), box.score()))
                .toList();
    }

    private static int inSteps(double side) {
        return Math.max(STEP, (int) Math.rint(side / STEP) * STEP);
    }

    private Likelihood likelihood(Pixels picture) throws IOException {
        int width = picture.width();
        int height = picture.height();
        var whole = new Likelihood(new byte[width * height], width, height);
        boolean isWide = width > height;
        int length = Math.max(width, height);
        int other = Math.min(width, height);
        // Pieces of one length, each 2 margins into the one before.
        int most = Math.max(MOST_AT_ONCE / other / STEP * STEP, 4 * MARGIN);
        int pieces = length <= most ? 1 : 1 + ceil(length - most, most - 2 * MARGIN);
        int piece = STEP * ceil(ceil(length + (pieces - 1) * 2 * MARGIN, pieces), STEP);
        int kept = 0;
        for (int i = 0; i < pieces; i++) {
            int from = Math.min(i * (piece - 2 * MARGIN), Math.max(0, length - piece));
            int to = Math.min(from + piece, length);
            int keepTo = to == length ? length : to - MARGIN;
            look(picture, isWide, from, to, kept, keepTo, whole);
            kept = keepTo;
        }
        return whole;
    }

    private static int ceil(int number, int by) {
        return (number + by - 1) / by;
    }

    /** Looks at a piece of the picture and copies the part of the answer that is to be kept. */
    private void look(
            Pixels picture,
            boolean isWide,
            int start,
            int end,
            int keepFrom,
            int keepTo,
            Likelihood whole)
            throws IOException {
        int left = isWide ? start : 0;
        int top = isWide ? 0 : start;
        int width = isWide ? end - start : picture.width();
        int height = isWide ? picture.height() : end - start;
        var piece = Crop.part(picture, left, top, width, height);
        var seen =
                graph.run(List.of(Crop.forModel(piece, graph)), SCALE).values().iterator().next();
        if (seen.numbers().length != width * height) {
            throw new ModelUnusable(
                    file,
                    "answers with %d numbers for %d x %d pixels: choose another"
                            .formatted(seen.numbers().length, width, height));
        }
        for (int y = isWide ? 0 : keepFrom; y < (isWide ? height : keepTo); y++) {
            for (int x = isWide ? keepFrom : 0; x < (isWide ? keepTo : width); x++) {
                float likely = seen.numbers()[(y - top) * width + x - left];
                whole.values()[y * whole.width() + x] =
                        (byte) Math.clamp((int) (likely * 255), 0, 255);
            }
        }
    }

    @Override
    public void close() throws Exception {
        graph.close();
    }
}
