package app.keepsake.worker.clip;

import static app.keepsake.worker.support.WorkerFixtures.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.onnx.Int8;
import app.keepsake.onnx.SideFiles;
import app.keepsake.worker.image.PictureDecoder;
import app.keepsake.worker.onnx.ModelSettings;
import app.keepsake.worker.onnx.ModelUnusable;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** A model's form of 8 bits, and the choice between it and the first. */
@WorkerTest
class PrecisionTests {

    @Autowired Models models;
    @Autowired PictureDecoder decoder;
    @Autowired WorkerFixtures given;
    @Autowired Clip clip;
    @Autowired ModelSettings settings;

    private record Timing(float fp32Ms, float int8Ms, float distance, OffsetDateTime measuredAt) {}

    private Timing timing(String model, String graph) {
        return given.server()
                .sql("select * from model_timing where model = ? and graph = ?")
                .params(model, graph)
                .query(Timing.class)
                .single();
    }

    private static Path copy(String from, Path to) throws IOException {
        var source =
                from.isEmpty()
                        ? WorkerFixtures.models().resolve("clip/tiny-colours")
                        : WorkerFixtures.resource(from);
        try (var files = Files.walk(source)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var target = to.resolve(source.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return to.resolve("visual/model.onnx");
    }

    private float[] seen(Path graph, String picture) throws Exception {
        var tiny = models.clip(WorkerFixtures.CLIP);
        try (var encoder = PictureEncoder.open(models, tiny, graph)) {
            return encoder.encode(List.of(decoder.centreSquare(golden(picture), 224))).getFirst();
        }
    }

    /** Weights in the model's file; and in a side file, with bytes as input. */
    @ParameterizedTest
    @ValueSource(strings = {"", "second-generation/clip"})
    void saysNearlyTheSameOfAPictureWithEightBits(String model, @TempDir Path folder)
            throws Exception {
        var graph = copy(model, folder);
        assertThat(Int8.quantise(graph)).isPositive();
        for (var picture : new String[] {"sea.png", "red-left.png", "astronaut.png"}) {
            var exact = seen(graph, picture);
            var small = seen(Int8.beside(graph), picture);
            assertThat(small).isNotEqualTo(exact);
            assertThat(1 - Golden.cosine(exact, small)).isLessThan(0.005);
        }
    }

    @Test
    void readsWhatItDidNotRoundFromTheFirstForm(@TempDir Path folder) throws Exception {
        var graph = copy("", folder);
        Int8.quantise(graph);
        assertThat(SideFiles.of(Int8.beside(graph)))
                .containsExactlyInAnyOrder("model.onnx", "model.int8.onnx.data");
    }

    @Test
    void makesNothingOfAFileThatIsNoModel(@TempDir Path folder) throws Exception {
        var graph = copy("", folder);
        var bytes = Files.readAllBytes(graph);
        for (int length : new int[] {0, 1, 100, bytes.length / 2, bytes.length - 1}) {
            Files.write(graph, java.util.Arrays.copyOf(bytes, length));
            try {
                Int8.quantise(graph);
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(is|has|names) .*");
            }
            assertThat(Int8.beside(graph)).doesNotExist();
        }
    }

    /** The runtime would read the file with the worker's rights. */
    @ParameterizedTest
    @ValueSource(strings = {"../../outside.data.x", "/etc/hostname......", "nothere.onnx.data.."})
    void opensNoModelWhoseWeightsLieElsewhere(String place, @TempDir Path folder) throws Exception {
        var graph = copy("second-generation/clip", folder);
        var name = SideFiles.of(graph).iterator().next();
        var text = new String(Files.readAllBytes(graph), StandardCharsets.ISO_8859_1);
        Files.writeString(
                graph,
                text.replace(name, (place + "x".repeat(40)).substring(0, name.length())),
                StandardCharsets.ISO_8859_1);
        assertThatExceptionOfType(ModelUnusable.class)
                .isThrownBy(() -> models.open(graph))
                .withMessageMatching("(?s).*(outside its folder|needs the file).*");
    }

    @Test
    void timesBothFormsOnceOnAKindOfMachineAndUsesOne() throws Exception {
        var graph = copy("", settings.library().resolve("models/clip/rounded"));
        Int8.quantise(graph);
        var first = Golden.seen(clip, "rounded", golden("sea.png"));
        var timing = timing("rounded", "visual");
        assertThat(timing.fp32Ms).isPositive();
        assertThat(timing.int8Ms).isPositive();
        assertThat(timing.distance).isLessThan(0.005f);
        var used = timing.int8Ms < timing.fp32Ms ? Int8.beside(graph) : graph;
        assertThat(first.vector()).containsExactly(seen(used, "sea.png"));
        Golden.seen(clip, "rounded", golden("night.png"));
        assertThat(timing("rounded", "visual")).isEqualTo(timing);
    }

    private Path withSmallForm(String model) throws IOException {
        var graph = copy("", settings.library().resolve("models/clip/" + model));
        Int8.quantise(graph);
        return graph;
    }

    /** The small model has no matrix of words that is worth 8 bits: another form stands for it. */
    private static void words(Path visual, String from, String to) throws IOException {
        var textual = visual.resolve("../../textual/model.onnx").normalize();
        Files.writeString(
                Int8.beside(textual),
                Files.readString(textual, StandardCharsets.ISO_8859_1).replace(from, to),
                StandardCharsets.ISO_8859_1);
    }

    @Test
    void seesPicturesAllTheSameWhenTheFormOfEightBitsDoesNotOpen() throws Exception {
        var graph = withSmallForm("half");
        Files.write(Int8.beside(graph), new byte[] {1, 2, 3});
        for (var picture : new String[] {"sea.png", "night.png"}) {
            assertThat(Golden.seen(clip, "half", golden(picture)).vector())
                    .containsExactly(seen(graph, picture));
        }
        assertThat(timing("half", "visual").int8Ms).isInfinite();
    }

    /** Vectors of one model are compared with each other, wherever they were made. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void usesTheFormThatAnotherMachineHasFoundFaster(boolean isInt8) throws Exception {
        var model = "told-" + isInt8;
        var graph = withSmallForm(model);
        told(model, isInt8);
        assertThat(Golden.seen(clip, model, golden("sea.png")).vector())
                .containsExactly(seen(isInt8 ? Int8.beside(graph) : graph, "sea.png"));
        assertThat(timing(model, "visual").fp32Ms).isEqualTo(10);
        // Another download: measured anew, and the other way round.
        given.server().sql("delete from model_timing where model = ?").param(model).update();
        told(model, !isInt8);
        assertThat(Golden.seen(clip, model, golden("sea.png")).vector())
                .containsExactly(seen(isInt8 ? graph : Int8.beside(graph), "sea.png"));
    }

    private void told(String model, boolean isInt8) {
        given.server()
                .sql(
                        """
                        insert into model_timing (model, graph, machine, fp32_ms, int8_ms, distance)
                        values (?, 'visual', 'another', 10, ?, 0.001)
                        """)
                .params(model, isInt8 ? 5 : 20)
                .update();
    }

    /** Also while the former ones are still open. */
    @Test
    void seesByTheFilesThatLieThereNow() throws Exception {
        var folder = settings.library().resolve("models/clip/replaced");
        var first = copy("", folder);
        var before = Golden.seen(clip, "replaced", golden("sea.png")).vector();
        assertThat(before).containsExactly(seen(first, "sea.png"));
        var replacing = settings.library().resolve("replacing");
        copy("", replacing);
        copy("second-generation/clip", replacing);
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Files.move(replacing, folder);
        try (var encoder = PictureEncoder.open(models, folder, first)) {
            var square = decoder.centreSquare(golden("sea.png"), encoder.side());
            assertThat(Golden.seen(clip, "replaced", golden("sea.png")).vector())
                    .containsExactly(encoder.encode(List.of(square)).getFirst())
                    .isNotEqualTo(before);
        }
    }

    /** Quick at pictures, and wrong at words. */
    @Test
    void readsWordsByTheFormThatReadsThemRight() throws Exception {
        var graph = withSmallForm("misread");
        words(graph, "\"\3Cos", "\"\3Sin");
        Golden.seen(clip, "misread", golden("sea.png"));
        assertThat(timing("misread", "textual").distance).isGreaterThan(0.02f);
        var exact = clip.embed("a red car", null).vector();
        given.serving("misread");
        try {
            assertThat(clip.embed("a red car", null).vector()).containsExactly(exact);
        } finally {
            given.serving(WorkerFixtures.CLIP);
        }
    }

    @Test
    void readsWordsByEitherFormNearlyTheSame() throws Exception {
        words(withSmallForm("well-read"), "", "");
        Golden.seen(clip, "well-read", golden("sea.png"));
        assertThat(timing("well-read", "textual").distance).isLessThan(0.005f);
    }
}
