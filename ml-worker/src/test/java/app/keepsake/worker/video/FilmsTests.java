package app.keepsake.worker.video;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Pictures;
import app.keepsake.worker.support.Ffmpeg;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
        var facts = films.factsOf(Pictures.fixture(name));
        assertThat(facts.width()).isEqualTo(320);
        assertThat(facts.height()).isEqualTo(240);
        assertThat(facts.durationMs()).isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"film.mp4", "film.mov", "turned.mp4", "anamorphic.mp4"})
    void takesTheFirstFrameUpright(String name) throws Exception {
        var image = poster(Pictures.fixture(name));
        assertThat(image.getWidth()).isEqualTo(320);
        assertThat(image.getHeight()).isEqualTo(240);
        var red = new Color(image.getRGB(80, 60));
        assertThat(red.getRed()).isGreaterThan(200);
        assertThat(red.getBlue()).isLessThan(60);
        var blue = new Color(image.getRGB(80, 180));
        assertThat(blue.getBlue()).isGreaterThan(200);
        assertThat(blue.getRed()).isLessThan(60);
    }

    private BufferedImage poster(Path film) throws Exception {
        var frame = folder.resolve("frame.jpeg");
        films.poster(film, films.factsOf(film), frame);
        return ImageIO.read(frame.toFile());
    }

    @Test
    void tellsWhatItsPictureAndItsSoundAreMadeOf() throws Exception {
        var film =
                Ffmpeg.film(
                        folder.resolve("film.mkv"),
                        List.of("testsrc=size=64x48:rate=30000/1001", "sine"),
                        "-t",
                        "1",
                        "-c:v",
                        "libvpx-vp9",
                        "-pix_fmt",
                        "yuv444p",
                        "-c:a",
                        "libopus",
                        "-ac",
                        "2");
        var facts = films.factsOf(film);
        assertThat(facts.container()).contains("matroska");
        assertThat(facts.picture().codec()).isEqualTo("vp9");
        assertThat(facts.picture().pixelFormat()).isEqualTo("yuv444p");
        assertThat(facts.picture().fps()).isCloseTo(29.97, within(0.01));
        assertThat(facts.picture().isHdr()).isFalse();
        assertThat(requireNonNull(facts.sound())).isEqualTo(new FilmFacts.Sound(1, "opus", 2));
        assertThat(films.factsOf(Pictures.fixture("turned.mp4")).picture().rotation() % 180)
                .isNotZero();
    }

    /** Of many streams, players show the one that is marked, else the largest, and no cover. */
    @Test
    void choosesAmongManyStreams() throws Exception {
        var cover =
                Ffmpeg.film(
                        folder.resolve("cover.png"),
                        List.of("color=white:size=600x600"),
                        "-frames:v",
                        "1");
        var film = folder.resolve("film.mkv");
        var command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-f", "lavfi"));
        command.addAll(List.of("-i", "color=red:size=64x48:duration=1", "-f", "lavfi"));
        command.addAll(List.of("-i", "color=lime:size=320x240:duration=1", "-f", "lavfi"));
        command.addAll(List.of("-i", "sine=duration=1", "-map", "0", "-map", "1"));
        for (int i = 0; i < 60; i++) {
            command.addAll(List.of("-map", "2"));
        }
        command.addAll(List.of("-attach", cover.toString()));
        command.addAll(List.of("-metadata:s:t", "mimetype=image/png"));
        command.addAll(List.of("-disposition:v:0", "0", "-disposition:v:1", "0"));
        command.addAll(List.of("-disposition:a:7", "default", "-default_mode", "passthrough"));
        command.add(film.toString());
        Ffmpeg.run(command);
        var facts = films.factsOf(film);
        assertThat(facts.width()).isEqualTo(320);
        var sound = Ffmpeg.probe(film).path("streams").path(requireNonNull(facts.sound()).index());
        assertThat(sound.path("codec_type").asString()).isEqualTo("audio");
        assertThat(sound.path("disposition").path("default").asInt()).isEqualTo(1);
        assertThat(Ffmpeg.pixel(poster(film), 160, 120).getGreen()).isGreaterThan(200);
    }

    @Test
    void aCoverIsNoFilm() throws Exception {
        var cover =
                Ffmpeg.film(
                        folder.resolve("cover.png"),
                        List.of("color=white:size=64x64"),
                        "-frames:v",
                        "1");
        var song = folder.resolve("song.mp4");
        Ffmpeg.run(
                List.of(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-i",
                        cover.toString(),
                        "-f",
                        "lavfi",
                        "-i",
                        "sine=duration=1",
                        "-map",
                        "0",
                        "-map",
                        "1",
                        "-c:v",
                        "png",
                        "-disposition:v:0",
                        "attached_pic",
                        song.toString()));
        assertThatThrownBy(() -> films.factsOf(song)).hasMessage("The film has no picture");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "ts"})
    void aFilmThatBeginsBlackIsShownByALaterFrame(String container) throws Exception {
        var film =
                Ffmpeg.film(
                        folder.resolve("film." + container),
                        List.of(Ffmpeg.RED_OVER_BLUE + ",fade=in:0:100"),
                        "-t",
                        "8",
                        "-pix_fmt",
                        "yuv420p");
        assertThat(Ffmpeg.pixel(Ffmpeg.frame(film, 0), 80, 60).getRed()).isLessThan(10);
        assertThat(Ffmpeg.pixel(poster(film), 80, 60).getRed()).isGreaterThan(60);
    }

    @Test
    void aFilmThatIsAllDarkIsShownByItsBrightestFrame() throws Exception {
        var film =
                Ffmpeg.film(
                        folder.resolve("film.mp4"),
                        List.of(
                                "color=black:size=64x48:duration=10,geq=lum='16+T*1.5':cb=128:cr=128"),
                        "-pix_fmt",
                        "yuv420p");
        var last = Ffmpeg.pixel(Ffmpeg.frame(film, 6), 20, 20).getRed();
        assertThat(Ffmpeg.pixel(poster(film), 20, 20).getRed()).isCloseTo(last, within(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"smpte2084", "arib-std-b67"})
    void whatIsBrighterThanAScreenIsShownInItsColours(String transfer) throws Exception {
        var film =
                Ffmpeg.hdr(
                        folder.resolve("film.mp4"),
                        transfer,
                        "color=red:size=320x120,pad=320:240:0:0:white");
        assertThat(films.factsOf(film).picture().isHdr()).isTrue();
        var image = poster(film);
        var red = Ffmpeg.pixel(image, 80, 60);
        assertThat(red.getRed()).isBetween(160, 250);
        assertThat(red.getGreen()).isLessThan(40); // pale, it would have twice that
        var white = Ffmpeg.pixel(image, 80, 180);
        assertThat(white.getRed()).isBetween(160, 250);
        assertThat(white.getBlue()).isCloseTo(white.getRed(), within(12));
    }

    @Test
    void whatCamcordersTakeInTwoHalvesIsShownWithoutTeeth() throws Exception {
        var film = Ffmpeg.interlaced(folder.resolve("film.mts"));
        assertThat(Ffmpeg.teeth(Ffmpeg.frame(film, 0))).as("without help").isPositive();
        assertThat(films.factsOf(film).picture().isInterlaced()).isTrue();
        assertThat(films.factsOf(Pictures.fixture("film.mp4")).picture().isInterlaced()).isFalse();
        assertThat(Ffmpeg.teeth(poster(film))).isZero();
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
        var facts = films.factsOf(secret);
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
                assertThatThrownBy(() -> films.poster(film, facts, frame))
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

    /** Not the machine's fault, so not to be tried again. */
    @Test
    void whatComputesTooLongFailsForGood() {
        var hasty = new VideoSettings(Duration.ofSeconds(1), 2L << 30, 64L << 20).limits();
        assertThatThrownBy(
                        () ->
                                new LimitedProcess(hasty)
                                        .run(
                                                Pictures.fixture("film.mp4"),
                                                List.of(),
                                                List.of("sh", "-c", "while :; do :; done")))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("needs more time");
    }

    @Test
    void stopsWhatNeedsTooMuchMemory() {
        var tight = films(Duration.ofSeconds(60), 40L << 20, 64L << 20);
        assertThatThrownBy(
                        () ->
                                tight.poster(
                                        Pictures.fixture("film.mp4"),
                                        this.films.factsOf(Pictures.fixture("film.mp4")),
                                        folder.resolve("frame.jpeg")))
                .isInstanceOf(Exception.class);
        assertThat(folder.resolve("frame.jpeg")).doesNotExist();
    }

    @Test
    void stopsWhatWritesTooMuch() {
        var tight = films(Duration.ofSeconds(60), 2L << 30, 1000);
        assertThatThrownBy(
                        () ->
                                tight.poster(
                                        Pictures.fixture("film.mp4"),
                                        this.films.factsOf(Pictures.fixture("film.mp4")),
                                        folder.resolve("frame.jpeg")))
                .isInstanceOf(Unrecoverable.class);
        assertThat(folder.resolve("frame.jpeg").toFile().length()).isLessThanOrEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill -KILL $$", "kill -TERM $$", "exit 126", "exit 127"})
    void whatIsKilledFromOutsideIsWorthAnotherTry(String end) {
        assertThatThrownBy(() -> run(end)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"kill -XCPU $$", "kill -XFSZ $$", "kill -SEGV $$", "exit 1", "exit 183"})
    void whatEndsByItselfOrByALimitFailsForGood(String end) {
        assertThatThrownBy(() -> run(end)).isInstanceOf(Unrecoverable.class);
    }

    private String run(String script) throws Exception {
        return new LimitedProcess(
                        new VideoSettings(Duration.ofSeconds(60), 2L << 30, 64L << 20).limits())
                .run(Pictures.fixture("film.mp4"), List.of(folder), List.of("sh", "-c", script));
    }

    @Test
    void aMissingFileIsWorthAnotherTry() {
        assertThatThrownBy(() -> films.factsOf(folder.resolve("gone.mp4")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aChildIsTheLastInEveryLine() throws Exception {
        var said = run("read score </proc/self/oom_score_adj; echo $score; nice; ionice");
        assertThat(said.lines()).containsExactly("1000", "19", "idle");
    }

    @Test
    void aChildHasNoNetwork() throws Exception {
        try (var port = ServerSocketChannel.open()) {
            port.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            port.configureBlocking(false);
            int number = ((InetSocketAddress) port.getLocalAddress()).getPort();
            assertThatThrownBy(() -> run("ffprobe http://127.0.0.1:%d/film.mp4".formatted(number)))
                    .isInstanceOf(Unrecoverable.class)
                    .hasMessageContaining("Permission denied");
            assertThat(port.accept()).isNull();
        }
    }

    @Test
    void aChildReadsAndChangesNoFileButItsOwn() throws Exception {
        var film = Pictures.fixture("film.mp4");
        assertThat(run("wc -c <" + film).strip()).isEqualTo(String.valueOf(Files.size(film)));
        assertThat(run("cd %s && echo told >new && cat new && rm new".formatted(folder)))
                .isEqualTo("told\n");
        var beside = folder.resolveSibling(folder.getFileName() + "-beside");
        try {
            Files.writeString(beside, "secret");
            for (var attempt : List.of("cat %s", "echo >%s", "rm %s", "mv %s new", "touch %s-2")) {
                var script = "cd %s && %s".formatted(folder, attempt.formatted(beside));
                assertThatThrownBy(() -> run(script), attempt)
                        .isInstanceOf(Unrecoverable.class)
                        .hasMessageContaining("ermission denied");
            }
            assertThat(beside).hasContent("secret");
        } finally {
            Files.deleteIfExists(beside);
        }
        for (var attempt : List.of("cat /etc/passwd", "cat /proc/$PPID/environ")) {
            assertThatThrownBy(() -> run(attempt), attempt).isInstanceOf(Unrecoverable.class);
        }
    }

    /** By which it could open sockets without asking for one. */
    @Test
    void aChildHasNoRingOfCallsEither() throws Exception {
        assertThat(run("perl -e 'syscall(425, 1, 0); print $!'")).isEqualTo("Permission denied");
    }

    /** Else a film would go on for hours after a worker that was killed, and beside the next. */
    @Test
    void aChildDiesWithTheThreadThatStartedIt() throws Exception {
        assertThat(run("exec setpriv --dump"))
                .containsPattern("(?i)parent death signal: *(SIG)?KILL");
    }
}
