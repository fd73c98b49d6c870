package app.keepsake.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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

    private Exiftool exiftool = new Exiftool(Exiftool::command, LONG, LONG);

    ExiftoolTests(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void close() {
        exiftool.close();
    }

    private Optional<ProcessHandle> child() {
        return children().filter(process -> !others.contains(process)).findFirst();
    }

    private static Stream<ProcessHandle> children() {
        return ProcessHandle.current()
                .children()
                .filter(process -> commandLine(process).contains("-stay_open"));
    }

    /** The JDK does not tell that of a process in a user namespace of its own. */
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
        exiftool = new Exiftool(Exiftool::command, LONG, Duration.ofMillis(200));
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
                .containsPattern("Max address space +" + (512 << 20))
                .containsPattern("Max cpu time +600 +600 ")
                .containsPattern("Max core file size +0 +0 ");
        assertThat(Files.readString(process.resolve("status"))).containsPattern("NoNewPrivs:\\s1");
        assertThat(Files.readString(process.resolve("environ")).split("\0"))
                .allMatch(entry -> entry.startsWith("PATH=") || entry.startsWith("LC_ALL="));
        if (canUnshare()) {
            assertThat(Files.readSymbolicLink(process.resolve("ns/net")))
                    .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
        }
    }

    private static boolean canUnshare() throws Exception {
        return new ProcessBuilder("unshare", "--user", "--map-current-user", "--net", "true")
                        .start()
                        .waitFor()
                == 0;
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
                    .isInstanceOf(OriginalReader.TookTooLong.class);
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
