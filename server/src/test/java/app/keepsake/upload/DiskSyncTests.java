package app.keepsake.upload;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import app.keepsake.support.UploadClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * What {@link PowerCutTests} prove of the calls on a {@code Volume}, seen from the kernel: strace
 * lists the system calls of a real server.
 */
@ServerTest
class DiskSyncTests {

    private static final Pattern LINE = Pattern.compile("(\\d+) +(.*)");
    private static final Pattern SYNC = Pattern.compile("(fsync|fdatasync)\\(\\d+<(.*)>\\) += 0");
    private static final Pattern RENAME =
            Pattern.compile("(rename\\w*)\\(.*?\"([^\"]*)\".*?\"([^\"]*)\".*\\) += 0");

    @Autowired Fixtures given;
    @Autowired Library library;

    /**
     * A system call that succeeded.
     *
     * @param path what it was about: what was synced, or the new name
     * @param from the old name
     */
    private record Call(String name, String path, String from) {}

    @Test
    void syncsBytesBeforeTheyGetTheirNameAndThenTheName(@TempDir Path folder) throws Exception {
        var ana = given.user();
        var trace = folder.resolve("trace");
        var calls = "trace=fsync,fdatasync,?rename,?renameat,?renameat2";
        try (var server =
                ChildServer.start(
                        folder,
                        library.root(),
                        "256m",
                        "strace",
                        "-f",
                        "--seccomp-bpf",
                        "-y",
                        "-s",
                        "4096",
                        "-e",
                        calls,
                        "-e",
                        "signal=none",
                        "-o",
                        trace.toString())) {
            var form = Form.photo("a.jpg", "bytes".getBytes());
            form.file("sidecarData", "a.xmp", "<x/>".getBytes());
            var answer = new UploadClient(server.port(), given.bearer(ana)).upload(form);
            assertThat(answer.statusCode()).isEqualTo(201);
        }

        var all = read(trace);
        var upload = library.resolve("upload").toString();
        var arrivals = upload + "/.tmp/";
        var placed =
                all.stream()
                        .filter(call -> call.name().startsWith("rename"))
                        .filter(call -> call.from().startsWith(arrivals))
                        .toList();
        assertThat(placed).as("the photo and its sidecar").hasSize(2);
        for (var rename : placed) {
            assertThat(all.subList(0, all.indexOf(rename)))
                    .contains(new Call("fdatasync", rename.from(), ""));
            var after = all.subList(all.indexOf(rename), all.size());
            for (var directory = above(rename.path());
                    directory.startsWith(upload);
                    directory = above(directory)) {
                assertThat(after).contains(new Call("fsync", directory, ""));
            }
        }
    }

    private static String above(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    /** In the order in which they ended. */
    private static List<Call> read(Path trace) throws Exception {
        var calls = new ArrayList<Call>();
        var unfinished = new HashMap<String, String>();
        for (var line : Files.readAllLines(trace)) {
            var split = LINE.matcher(line);
            if (!split.matches()) {
                continue;
            }
            var thread = split.group(1);
            var text = split.group(2);
            if (text.endsWith(" <unfinished ...>")) {
                unfinished.put(thread, text.substring(0, text.length() - 17));
                continue;
            }
            if (text.startsWith("<... ")) {
                text = unfinished.remove(thread) + text.substring(text.indexOf("resumed>") + 8);
            }
            var sync = SYNC.matcher(text);
            var rename = RENAME.matcher(text);
            if (sync.matches()) {
                calls.add(new Call(sync.group(1), sync.group(2), ""));
            } else if (rename.matches()) {
                calls.add(new Call(rename.group(1), rename.group(3), rename.group(2)));
            }
        }
        return calls;
    }
}
