package app.keepsake.worker.ocr;

import static app.keepsake.worker.support.WorkerFixtures.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import app.keepsake.config.MachineLearningConfig.Ocr;
import app.keepsake.worker.image.PictureDecoder;
import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.onnx.ModelUnusable;
import app.keepsake.worker.support.WorkerTest;
import java.awt.Color;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

@WorkerTest
class TextReaderTests {

    private static final Ocr USUAL = new Ocr(true, "PP-OCRv4_mobile", 0.5, 0.8, 736);

    @Autowired TextReader reader;
    @Autowired PictureDecoder decoder;

    @ParameterizedTest
    @ValueSource(ints = {14, 20, 32, 60, 140})
    void readsPrintOfEverySize(int size) throws IOException {
        var read = read(new Sign(1000, 736).write("Harbour 1967", 40, 400, size));
        // What is written very large may be seen word by word.
        assertThat(read.stream().flatMap(line -> Stream.of(line.split(" "))))
                .containsExactlyInAnyOrder("Harbour", "1967");
    }

    @Test
    void readsWhatIsWhiteOnDarkAndWhatIsPale() throws IOException {
        var white = new Sign(900, 736, new Color(20, 30, 60), Color.WHITE);
        assertThat(read(white.write("Platform 9", 100, 300, 50))).containsExactly("Platform 9");
        var pale = new Sign(900, 736, new Color(200, 200, 190), new Color(140, 150, 140));
        assertThat(read(pale.write("Platform 9", 100, 300, 50))).containsExactly("Platform 9");
    }

    @ParameterizedTest
    @ValueSource(ints = {-30, -12, 8, 25, 90, -90})
    void readsLinesThatAreTurned(int degrees) throws IOException {
        assertThat(read(new Sign(1000, 1000).write("Tickets here", 500, 500, 44, degrees)))
                .containsExactly("Tickets here");
    }

    @Test
    void readsChinese() throws IOException {
        assertThat(
                        read(
                                new Sign(900, 736)
                                        .write("\u5317\u4eac\u70e4\u9e2d", 80, 200, 60)
                                        .write("\u6b22\u8fce\u5149\u4e34", 80, 500, 60)))
                .containsExactly("\u5317\u4eac\u70e4\u9e2d", "\u6b22\u8fce\u5149\u4e34");
    }

    @Test
    void readsTwoColumnsEachForItself() throws IOException {
        var page = new Sign(1200, 800);
        for (int line = 0; line < 6; line++) {
            page.write("left " + line, 60, 120 + 110 * line, 34);
            page.write("right " + line, 700, 120 + 110 * line, 34);
        }
        assertThat(read(page))
                .containsExactlyInAnyOrder(
                        "left 0", "left 1", "left 2", "left 3", "left 4", "left 5", "right 0",
                        "right 1", "right 2", "right 3", "right 4", "right 5");
    }

    /** More lines than are read at once, of lengths that differ: none may take another's place. */
    @Test
    void readsAPageOfManyLines() throws IOException {
        var page = new Sign(1400, 1440);
        for (int line = 0; line < 60; line++) {
            page.write(
                    "%d".formatted(1000 + line) + " again".repeat(line % 5),
                    20,
                    24 * line + 20,
                    17);
        }
        var lines = reader.read(page.pixels(), new Ocr(true, USUAL.modelName(), 0.5, 0.8, 1440));
        assertThat(lines)
                .extracting(line -> line.text().substring(0, 4), line -> 10 * row(line))
                .hasSize(60)
                .allSatisfy(
                        read ->
                                assertThat(Integer.parseInt((String) read.toList().get(0)) - 1000)
                                        .isEqualTo(
                                                ((Number) read.toList().get(1)).intValue() / 10));
    }

    private static int row(Line line) {
        return (int) (middle(line) * 1440 / 24);
    }

    private static double middle(Line line) {
        return (line.corners().get(0).y() + line.corners().get(2).y()) / 2;
    }

    @Test
    void saysWhereALineIsClockwiseFromItsTopLeft() throws IOException {
        // 400 pixels wide at most, and 40 high: from 25 % to 75 % of the width at most.
        var lines =
                reader.read(new Sign(1000, 800).write("Somewhere", 250, 400, 60).pixels(), USUAL);
        assertThat(lines).hasSize(1);
        var corners = lines.getFirst().corners();
        assertThat(corners.get(0).x()).isCloseTo(0.25, within(0.02));
        assertThat(corners.get(0).y()).isBetween(0.40, 0.45);
        assertThat(corners.get(1).x()).isBetween(0.5, 0.65);
        assertThat(corners.get(1).y()).isCloseTo(corners.get(0).y(), within(0.01));
        assertThat(corners.get(2).x()).isCloseTo(corners.get(1).x(), within(0.01));
        assertThat(corners.get(2).y()).isBetween(0.5, 0.53);
        assertThat(corners.get(3).x()).isCloseTo(corners.get(0).x(), within(0.01));
        assertThat(corners.get(3).y()).isCloseTo(corners.get(2).y(), within(0.01));
    }

    @Test
    void findsNothingWhereNothingIsWritten() throws IOException {
        assertThat(read(new Sign(1000, 736))).isEmpty();
        for (var photo : List.of("meadow.png", "sea.png", "night.png")) {
            assertThat(reader.read(decoder.decode(golden(photo), 0, 4320), USUAL)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "20, 20",
        "1, 1440",
        "1440, 1",
        "31, 500",
        "32, 32",
        "33, 4000",
        "8000, 40"
    })
    void looksAtPicturesOfEverySize(int width, int height) throws IOException {
        var noise = new byte[width * height * 3];
        new Random(5).nextBytes(noise);
        assertThat(reader.read(new Pixels(noise, width, height), USUAL)).isEmpty();
    }

    /** In pieces, of which neither joint nor end may lose a line or see it twice. */
    @Test
    void readsAPanoramaAllAlong() throws IOException {
        var panorama = new Sign(9000, 736);
        for (int word = 0; word < 30; word++) {
            panorama.write("word" + (20 + word), 20 + 300 * word, 200 + 10 * word, 40);
        }
        var lines =
                reader.read(panorama.pixels(), USUAL).stream()
                        .sorted(Comparator.comparingDouble(line -> line.corners().getFirst().x()))
                        .toList();
        assertThat(lines).hasSize(30);
        for (int word = 0; word < 30; word++) {
            assertThat(lines.get(word).text()).isEqualTo("word" + (20 + word));
            assertThat(lines.get(word).corners().getFirst().x() * 9000)
                    .isCloseTo(20 + 300 * word, within(20.0));
        }
    }

    @Test
    void readsALongScreenshotAllAlong() throws IOException {
        var screenshot = new Sign(736, 6000);
        for (int line = 0; line < 60; line++) {
            screenshot.write("Message " + (10 + line), 30, 100 * line + 60, 30);
        }
        var lines =
                reader.read(screenshot.pixels(), USUAL).stream()
                        .sorted(Comparator.comparingDouble(TextReaderTests::middle))
                        .map(Line::text)
                        .toList();
        assertThat(lines).hasSize(60);
        assertThat(lines.getFirst()).isEqualTo("Message 10");
        assertThat(lines.getLast()).isEqualTo("Message 69");
    }

    @Test
    void isAsSureAsAdministratorsWant() throws IOException {
        var sign = new Sign(900, 736).write("Sure enough", 100, 300, 50).pixels();
        assertThat(reader.read(sign, new Ocr(true, USUAL.modelName(), 0.5, 1, 736))).isEmpty();
        assertThat(reader.read(sign, new Ocr(true, USUAL.modelName(), 1, 0.8, 736))).isEmpty();
        var found = reader.read(sign, USUAL).getFirst();
        assertThat(found.boxScore()).isBetween(0.5, 1.0);
        assertThat(found.textScore()).isBetween(0.8, 1.0);
    }

    @Test
    void looksAsCloselyAsAdministratorsWant() throws IOException {
        var sign = new Sign(1400, 1400).write("small print", 100, 300, 16).pixels();
        assertThat(reader.read(sign, new Ocr(true, USUAL.modelName(), 0.5, 0.8, 200))).isEmpty();
        assertThat(reader.read(sign, new Ocr(true, USUAL.modelName(), 0.5, 0.8, 1400)))
                .extracting(Line::text)
                .containsExactly("small print");
    }

    @Test
    void saysWhichModelIsMissing() {
        assertThatExceptionOfType(ModelUnusable.class)
                .isThrownBy(
                        () ->
                                reader.read(
                                        new Sign(100, 100).pixels(),
                                        new Ocr(true, "PP-OCRv9", 0.5, 0.8, 736)))
                .withMessageContaining("ocr/PP-OCRv9/detection")
                .withMessageContaining("modelName below machineLearning");
    }

    /** What it says, from the top. */
    private List<String> read(Sign sign) throws IOException {
        return reader.read(sign.pixels(), USUAL).stream()
                .sorted(Comparator.comparingDouble(TextReaderTests::middle))
                .map(Line::text)
                .toList();
    }
}
