package app.keepsake.worker.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Pictures;
import java.awt.Color;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class FilmsTests {

    @SuppressWarnings("NullAway.Init") // JUnit sets it
    @TempDir
    Path folder;

    private final Films films = films(Duration.ofSeconds(60), 2L << 30, 64L << 20);

    private static Films films(Duration time, long memory, long output) {
        return new Films(new VideoSettings(time, memory, output), new JsonMapper());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "film.mp4",
                "film.mov",
                "turned.mp4",
                "anamorphic.mp4",
                "anamorphic-turned.mp4"
            })
    void tellsLengthAndUprightSize(String name) throws Exception {
        assertThat(films.factsOf(Pictures.fixture(name))).isEqualTo(new FilmFacts(320, 240, 1000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"film.mp4", "film.mov", "turned.mp4", "anamorphic.mp4"})
    void takesTheFirstFrameUpright(String name) throws Exception {
        var frame = folder.resolve("frame.jpeg");
        films.firstFrame(Pictures.fixture(name), frame);
        var image = ImageIO.read(frame.toFile());
        assertThat(image.getWidth()).isEqualTo(320);
        assertThat(image.getHeight()).isEqualTo(240);
        var red = new Color(image.getRGB(80, 60));
        assertThat(red.getRed()).isGreaterThan(200);
        assertThat(red.getBlue()).isLessThan(60);
        var blue = new Color(image.getRGB(80, 180));
        assertThat(blue.getBlue()).isGreaterThan(200);
        assertThat(blue.getRed()).isLessThan(60);
    }

    /** A file that is named like a film and names another one. ffmpeg alone would read that. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hls|#EXTM3U\\n#EXT-X-TARGETDURATION:1\\n#EXTINF:1,\\n%s\\n#EXT-X-ENDLIST\\n",
                "concat|ffconcat version 1.0\\nfile '%s'\\n",
                "dash|<MPD xmlns='urn:mpeg:dash:schema:mpd:2011' type='static'"
                        + " mediaPresentationDuration='PT1S'"
                        + " profiles='urn:mpeg:dash:profile:isoff-on-demand:2011'>"
                        + "<Period duration='PT1S'><AdaptationSet mimeType='video/mp4'>"
                        + "<Representation id='0' bandwidth='1000'><BaseURL>%s</BaseURL>"
                        + "</Representation></AdaptationSet></Period></MPD>"
            })
    void neverReadsWhatAPlaylistNames(String kind, String playlist) throws Exception {
        var secret = Files.copy(Pictures.fixture("film.mp4"), folder.resolve("secret.mp4"));
        var film = folder.resolve("film.mp4");
        var frame = folder.resolve("frame.jpeg");
        try (var network = ServerSocketChannel.open()) {
            network.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            network.configureBlocking(false);
            var port = ((InetSocketAddress) network.getLocalAddress()).getPort();
            for (var named :
                    List.of(
                            secret.getFileName().toString(),
                            "http://127.0.0.1:%d/film.mp4".formatted(port))) {
                Files.writeString(film, playlist.replace("\\n", "\n").formatted(named));
                assertThatThrownBy(() -> films.factsOf(film))
                        .as(kind)
                        .isInstanceOf(Unrecoverable.class)
                        .hasMessageContaining("ffprobe cannot read the file");
                assertThatThrownBy(() -> films.firstFrame(film, frame))
                        .isInstanceOf(Unrecoverable.class);
                assertThat(frame).doesNotExist();
            }
            assertThat(network.accept()).as("a visitor").isNull();
        }
    }

    @Test
    void refusesSoundWithoutAPicture() {
        assertThatThrownBy(() -> films.factsOf(Pictures.fixture("sound-only.mp4")))
                .isInstanceOf(Unrecoverable.class)
                .hasMessage("The film has no picture");
    }

    @Test
    void refusesGarbage() throws Exception {
        var garbage = Files.write(folder.resolve("film.mp4"), new byte[10_000]);
        assertThatThrownBy(() -> films.factsOf(garbage)).isInstanceOf(Unrecoverable.class);
    }

    @Test
    void stopsWhatTakesTooLong() {
        var hasty = films(Duration.ofMillis(1), 2L << 30, 64L << 20);
        assertThatThrownBy(() -> hasty.factsOf(Pictures.fixture("film.mp4")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("keepsake.video.time-limit");
    }

    @Test
    void stopsWhatNeedsTooMuchMemory() {
        var tight = films(Duration.ofSeconds(60), 40L << 20, 64L << 20);
        assertThatThrownBy(
                        () ->
                                tight.firstFrame(
                                        Pictures.fixture("film.mp4"), folder.resolve("frame.jpeg")))
                .isInstanceOf(Exception.class);
        assertThat(folder.resolve("frame.jpeg")).doesNotExist();
    }

    @Test
    void stopsWhatWritesTooMuch() {
        var tight = films(Duration.ofSeconds(60), 2L << 30, 1000);
        assertThatThrownBy(
                        () ->
                                tight.firstFrame(
                                        Pictures.fixture("film.mp4"), folder.resolve("frame.jpeg")))
                .isInstanceOf(Unrecoverable.class);
        assertThat(folder.resolve("frame.jpeg").toFile().length()).isLessThanOrEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill -KILL $$", "kill -TERM $$", "exit 126", "exit 127"})
    void whatIsKilledFromOutsideIsWorthAnotherTry(String end) {
        assertThatThrownBy(() -> run(end)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill -XCPU $$", "kill -XFSZ $$", "exit 1", "exit 183"})
    void whatEndsByItselfOrByALimitFailsForGood(String end) {
        assertThatThrownBy(() -> run(end)).isInstanceOf(Unrecoverable.class);
    }

    private static String run(String script) throws Exception {
        return new LimitedProcess(
                        new VideoSettings(Duration.ofSeconds(60), 2L << 30, 64L << 20).limits())
                .run(Pictures.fixture("film.mp4"), List.of("sh", "-c", script));
    }

    @Test
    void aMissingFileIsWorthAnotherTry() {
        assertThatThrownBy(() -> films.factsOf(folder.resolve("gone.mp4")))
                .isInstanceOf(IOException.class);
    }
}
