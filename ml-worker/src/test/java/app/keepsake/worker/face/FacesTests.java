package app.keepsake.worker.face;

import static app.keepsake.worker.support.WorkerFixtures.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import app.keepsake.worker.image.PictureDecoder;
import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

@WorkerTest
class FacesTests {

    /** What the reference measured on 25 faces; Immich parts people at 0.5. */
    private static final double SAME_PERSON = 0.26;

    private static final double ANOTHER_PERSON = 0.57;

    @Autowired Models models;
    @Autowired Faces faces;
    @Autowired PictureDecoder decoder;

    @ParameterizedTest
    @CsvSource({
        "astronaut, astronaut.png, 0.5",
        // Seen unsurely, on a canvas smaller than the photo: a little of the resizing shows.
        "curie, portrait-curie.jpg, 3"
    })
    void findsTheReferencesFaces(String name, String file, double pixels) throws Exception {
        var expected = GoldenFaces.of(name).faces();
        try (var detector = FaceDetector.open(models, usual("detection"))) {
            assertSameFaces(detector.detect(picture(golden(file)), 0.3), expected, pixels);
        }
    }

    /** Places of a hundred pixels that share 54, 41 and 39 % with the surest. */
    private Path usual(String half) {
        return models.faces(WorkerFixtures.FACES).resolve(half).resolve("model.onnx");
    }

    @Test
    void keepsTheSurestOfThoseThatSeeTheSameFace() {
        var surest = seen(30, 0.9);
        var other = seen(74, 0.6);
        assertThat(
                        FaceDetector.distinct(
                                new ArrayList<>(
                                        List.of(seen(0, 0.8), surest, seen(72, 0.7), other))))
                .containsExactly(surest, other);
    }

    private static Detection seen(double left, double score) {
        return new Detection(new Box(left, 0, left + 99, 99), score, List.of());
    }

    @Test
    void describesAFaceAsTheReferenceDoes() throws IOException {
        var vector =
                faces.on(WorkerFixtures.FACES, picture(golden("astronaut.png")), 0.7)
                        .getFirst()
                        .vector();
        var expected = GoldenFaces.of("astronaut").faces().getFirst().embedding();
        assertThat(distance(vector, expected)).isLessThan(0.01);
    }

    @Test
    void theSecondGenerationFindsAndDescribesTheSame() throws Exception {
        var detection = WorkerFixtures.resource("second-generation/faces/detection/model.onnx");
        var recognition = WorkerFixtures.resource("second-generation/faces/recognition/model.onnx");
        var picture = picture(golden("astronaut.png"));
        try (var detector = new FaceDetector(detection, models.open(detection));
                var encoder = FaceEncoder.open(models, recognition)) {
            var found = detector.detect(picture, 0.3);
            assertSameFaces(found, GoldenFaces.of("astronaut").faces(), 0.5);
            assertThat(encoder.encode(picture, found.getFirst().points()))
                    .usingComparatorWithPrecision(1e-4f)
                    .containsExactly(
                            faces.on(WorkerFixtures.FACES, picture, 0.7).getFirst().vector());
        }
    }

    @ParameterizedTest
    @CsvSource({"six, 64", "ten, 128", "fifteen, 128"})
    void looksThroughDetectorsOfOtherLayouts(String layout, int side) throws Exception {
        var file = WorkerFixtures.resource("detectors/%s.onnx".formatted(layout));
        // Half as large as the canvas, on which the graph always sees 16..48 x 24..56.
        var picture = new Pixels(new byte[side * side * 3 / 4], side / 2, side / 2);
        try (var detector = new FaceDetector(file, models.open(file))) {
            var found = detector.detect(picture, 0.7);
            assertThat(found).hasSize(1);
            var face = found.getFirst();
            assertThat(face.box()).isEqualTo(new Box(8, 12, 24, 28));
            assertThat(face.score()).isCloseTo(0.9, within(1e-6));
            assertThat(face.points()).hasSize(5);
            // The left eye: as the model says, or where it usually is.
            var eye = face.points().getFirst();
            assertThat(eye.x()).isCloseTo(layout.equals("fifteen") ? 12 : 12.8, within(1e-6));
            assertThat(eye.y()).isCloseTo(layout.equals("fifteen") ? 20 : 18.08, within(1e-6));
        }
    }

    @Test
    void givesTheColoursRawToAModelThatScalesThemItself() throws Exception {
        var red = new Pixels(new byte[112 * 112 * 3], 112, 112);
        for (int i = 0; i < red.rgb().length; i += 3) {
            red.rgb()[i] = (byte) 255;
        }
        var file = WorkerFixtures.resource("detectors/raw.onnx");
        try (var encoder = FaceEncoder.open(models, file)) {
            // Eyes, nose and mouth where the model expects them: the picture as it is.
            var vector =
                    encoder.encode(
                            red,
                            List.of(
                                    new Point(38.2946, 51.6963),
                                    new Point(73.5318, 51.5014),
                                    new Point(56.0252, 71.7366),
                                    new Point(41.5493, 92.3655),
                                    new Point(70.7299, 92.2041)));
            assertThat(vector)
                    .usingComparatorWithPrecision(0.01f)
                    .containsExactly(0.577f, -0.577f, -0.577f);
        }
    }

    @Test
    void knowsTheSamePersonTurnedDarkenedOrSmall(@TempDir Path folder) throws IOException {
        var face = only(faces.on(WorkerFixtures.FACES, picture(golden("astronaut.png")), 0.7));
        var turned =
                only(
                        faces.on(
                                WorkerFixtures.FACES,
                                changed(folder, 512, g -> g.rotate(Math.toRadians(-10), 256, 256)),
                                0.7));
        var small =
                only(
                        faces.on(
                                WorkerFixtures.FACES,
                                changed(folder, 256, g -> g.scale(0.5, 0.5)),
                                0.7));
        assertThat(distance(face.vector(), turned.vector())).isLessThan(SAME_PERSON);
        assertThat(distance(face.vector(), small.vector())).isLessThan(SAME_PERSON);
    }

    @Test
    void tellsOtherPeopleApart() throws Exception {
        var face = only(faces.on(WorkerFixtures.FACES, picture(golden("astronaut.png")), 0.7));
        var others = picture(golden("portrait-curie.jpg"));
        try (var detector = FaceDetector.open(models, usual("detection"));
                var encoder = FaceEncoder.open(models, usual("recognition"))) {
            for (var other : detector.detect(others, 0.3)) {
                assertThat(distance(face.vector(), encoder.encode(others, other.points())))
                        .isGreaterThan(ANOTHER_PERSON);
            }
        }
    }

    @Test
    void findsNoFaceWhereThereIsNone() throws IOException {
        assertThat(faces.on(WorkerFixtures.FACES, picture(golden("meadow.png")), 0.7)).isEmpty();
    }

    /** The narrowest pictures there can be: a canvas side of less than a pixel must not fail. */
    @ParameterizedTest
    @CsvSource({"1, 1440", "1440, 1", "1, 1"})
    void looksAtStripes(int width, int height) throws IOException {
        assertThat(
                        faces.on(
                                WorkerFixtures.FACES,
                                new Pixels(new byte[width * height * 3], width, height),
                                0.7))
                .isEmpty();
    }

    private Pixels picture(Path file) throws IOException {
        return decoder.decode(file, 0, 2560);
    }

    /** The astronaut, transformed and at seven tenths of its brightness. */
    private Pixels changed(Path folder, int side, Consumer<Graphics2D> transform)
            throws IOException {
        var image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        transform.accept(graphics);
        graphics.drawImage(
                ImageIO.read(golden("astronaut.png").toFile()), new AffineTransform(), null);
        graphics.setTransform(new AffineTransform());
        graphics.setColor(new Color(0, 0, 0, 77));
        graphics.fillRect(0, 0, side, side);
        graphics.dispose();
        var file = Files.createTempFile(folder, "changed", ".png");
        ImageIO.write(image, "png", file.toFile());
        return picture(file);
    }

    private static void assertSameFaces(
            List<Detection> found, List<GoldenFaces.Seen> expected, double pixels) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            var seen = expected.get(i);
            assertThat(found.get(i).score()).isCloseTo(seen.score(), within(0.02));
            var box = found.get(i).box();
            assertThat(new double[] {box.x1(), box.y1(), box.x2(), box.y2()})
                    .usingComparatorWithPrecision(pixels)
                    .containsExactly(seen.box());
            assertThat(
                            found.get(i).points().stream()
                                    .flatMapToDouble(
                                            p -> java.util.stream.DoubleStream.of(p.x(), p.y()))
                                    .toArray())
                    .usingComparatorWithPrecision(pixels)
                    .containsExactly(seen.points());
        }
    }

    private static Face only(List<Face> faces) {
        assertThat(faces).hasSize(1);
        return faces.getFirst();
    }

    private static double distance(float[] a, float[] b) {
        double product = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
        }
        return 1 - product;
    }
}
