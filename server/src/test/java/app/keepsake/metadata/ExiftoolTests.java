package app.keepsake.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.keepsake.jobs.TookTooLong;
import app.keepsake.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The child process: what it may cost, what it may do, and when it ends. */
class ExiftoolTests {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final Path folder;

    /** Of servers that other tests have started. */
    private final List<ProcessHandle> others = children().toList();

    private Exiftool exiftool = reading(Path.of("/"), LONG);

    ExiftoolTests(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void close() {
        exiftool.close();
    }

    private static Exiftool reading(Path place, Duration idleLimit) {
        return new Exiftool(() -> Exiftool.staying(place), LONG, idleLimit);
    }

    private Optional<ProcessHandle> child() {
        return children().filter(process -> !others.contains(process)).findFirst();
    }

    private static Stream<ProcessHandle> children() {
        return ProcessHandle.current()
                .children()
                .filter(process -> commandLine(process).contains("-stay_open"));
    }

    /** The JDK does not tell one that is as long as this. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/%d/cmdline".formatted(process.pid())));
        } catch (IOException ended) {
            return "";
        }
    }

    private String sizeOf(Path file) throws Exception {
        return exiftool.read(file).path("ImageSize").asString();
    }

    @Test
    void aNameIsNothingButAName() throws Exception {
        var hostile =
                List.of(
                        "-ver",
                        "a\n-execute\n-ver\n",
                        "a\n#[CSTR]b\n",
                        "@args",
                        "touch hacked |",
                        "%d.jxl",
                        " ",
                        "a.gz",
                        "\u202egpj.jxl",
                        "ü".repeat(127));
        for (var name : hostile) {
            var file = Files.copy(Tool.sample("8bit-sRGB.jxl"), folder.resolve(name));
            assertThat(sizeOf(file)).as(name).isEqualTo("1440x1080");
            Files.delete(file);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void oneChildReadsManyFilesAndThenMakesRoomForAnother() throws Exception {
        var sample = Tool.sample("8bit-sRGB.jxl");
        sizeOf(sample);
        var first = child().orElseThrow();
        for (int i = 2; i <= Exiftool.MOST_FILES; i++) {
            assertThat(first.isAlive()).isTrue();
            sizeOf(sample);
        }
        await().until(() -> !first.isAlive());
        assertThat(sizeOf(sample)).isEqualTo("1440x1080");
        assertThat(child().orElseThrow().pid()).isNotEqualTo(first.pid());
    }

    @Test
    void oneThatWasKilledIsReplaced() throws Exception {
        sizeOf(Tool.sample("8bit-sRGB.jxl"));
        var first = child().orElseThrow();
        first.destroyForcibly();
        first.onExit().get();
        assertThat(sizeOf(Tool.sample("8bit-sRGB.jxl"))).isEqualTo("1440x1080");
    }

    @Test
    void oneThatHasNothingToDoEnds() throws Exception {
        exiftool.close();
        exiftool = reading(Path.of("/"), Duration.ofMillis(200));
        sizeOf(Tool.sample("8bit-sRGB.jxl"));
        await().until(() -> child().isEmpty());
        assertThat(sizeOf(Tool.sample("8bit-sRGB.jxl"))).isEqualTo("1440x1080");
    }

    @Test
    void itEndsWithItsServer() throws Exception {
        sizeOf(Tool.sample("8bit-sRGB.jxl"));
        exiftool.close();
        await().until(() -> child().isEmpty());
        assertThatThrownBy(() -> sizeOf(Tool.sample("8bit-sRGB.jxl")))
                .hasMessageContaining("stopping");
    }

    @Test
    void theKernelLimitsIt() throws Exception {
        sizeOf(Tool.sample("8bit-sRGB.jxl"));
        var process = Path.of("/proc", Long.toString(child().orElseThrow().pid()));
        var limits = Files.readString(process.resolve("limits"));
        assertThat(limits)
                .containsPattern("Max file size +0 +0 ")
                .containsPattern("Max address space +" + (256 << 20))
                .containsPattern("Max cpu time +600 +600 ")
                .containsPattern("Max core file size +0 +0 ");
        assertThat(Files.readString(process.resolve("oom_score_adj"))).startsWith("1000");
        assertThat(Files.readString(process.resolve("status")))
                .containsPattern("NoNewPrivs:\\s1\n")
                .containsPattern("Seccomp:\\s2\n");
        assertThat(Files.readString(process.resolve("environ")).split("\0"))
                .allMatch(entry -> entry.startsWith("PATH=") || entry.startsWith("LC_ALL="));
    }

    @Test
    void itReadsTheLibraryAndNothingBesideIt() throws Exception {
        var library = Files.createDirectory(folder.resolve("library"));
        var photo = Tool.tag(copy("gps.jpg", library), "-ImageDescription=seen");
        var secret = Tool.tag(copy("gps.jpg", folder), "-ImageDescription=secret");
        var text = Files.writeString(folder.resolve("settings.env"), "password=secret");
        assertThat(description(exiftool, secret)).isEqualTo("secret");
        assertThat(exiftool.read(text).path("MIMEType").asString()).isEqualTo("text/plain");
        try (var confined = reading(library, LONG)) {
            assertThat(description(confined, photo)).isEqualTo("seen");
            for (var outside : List.of(secret, text)) {
                var link = library.resolve(outside.getFileName() + "-link.jpg");
                Files.createSymbolicLink(link, outside);
                for (var way : List.of(outside, link)) {
                    assertThatThrownBy(() -> confined.read(way), way.toString())
                            .isInstanceOf(Exiftool.Failed.class)
                            .hasMessageContaining("may not open it");
                }
            }
            assertThat(description(confined, photo)).isEqualTo("seen");
        }
    }

    private static Path copy(String sample, Path folder) throws IOException {
        return Files.copy(Tool.sample(sample), folder.resolve(sample));
    }

    private static String description(Exiftool exiftool, Path file) throws Exception {
        return exiftool.read(file).path("ImageDescription").asString();
    }

    /** Another program in its place tries what it never should. */
    @Test
    void itWritesNothingAndHasNoNetwork() throws Exception {
        var script =
                """
                use Socket;
                socket(my $s, PF_INET, SOCK_STREAM, 0) and print 'socket ';
                socket(my $u, PF_UNIX, SOCK_STREAM, 0) and print 'unix ';
                open(my $f, '>', "$ARGV[0]/new") and print 'file ';
                unlink("$ARGV[0]/gps.jpg") and print 'removed ';
                print 'done';
                """;
        copy("gps.jpg", folder);
        var attempt = List.of("perl", "-e", script, folder.toString());
        assertThat(Tool.run(Exiftool.limited(folder, attempt).toArray(String[]::new)))
                .isEqualTo("done");
        assertThat(folder)
                .isDirectoryContaining("glob:**/gps.jpg")
                .isDirectoryNotContaining("glob:**/new");
    }

    @Test
    void whatSaysTooMuchIsRefusedAndTheNextFileRead() throws Exception {
        var huge = folder.resolve("huge.xmp");
        Files.writeString(
                huge,
                """
                <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
                  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
                  <rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Make="%s"/>
                </rdf:RDF></x:xmpmeta>
                """
                        .formatted("a".repeat(Exiftool.MOST_OUTPUT)));
        assertThatThrownBy(() -> exiftool.read(huge))
                .isInstanceOf(Exiftool.Failed.class)
                .hasMessageContaining("more of it than is sensible");
        assertThat(sizeOf(Tool.sample("8bit-sRGB.jxl"))).isEqualTo("1440x1080");
    }

    @Test
    void whatTakesTooLongIsBrokenOff() {
        try (var asleep =
                new Exiftool(() -> List.of("sleep", "600"), Duration.ofMillis(200), LONG)) {
            assertThatThrownBy(() -> asleep.read(Tool.sample("8bit-sRGB.jxl")))
                    .isInstanceOf(TookTooLong.class);
        }
    }

    @Test
    void oneThatIsNotInstalledIsMissed() {
        var command = List.of("prlimit", "--core=0", "--", "no-such-program");
        try (var missing = new Exiftool(() -> command, LONG, LONG)) {
            assertThatThrownBy(() -> missing.read(Tool.sample("8bit-sRGB.jxl")))
                    .isInstanceOf(Exiftool.Failed.class)
                    .hasMessageContaining("is it installed?");
        }
    }
}
