package app.keepsake.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The hub, as far as models are concerned: every model of it is the small one that comes along. */
public final class TestHub implements AutoCloseable {

    public static final String REVISION = "0123456789abcdef0123456789abcdef01234567";

    /** The one that servers of the tests are set to. */
    public static final TestHub SHARED = started();

    private final HttpServer server;
    private final Map<String, byte[]> files = new TreeMap<>();

    /** What was asked for, as "path from-byte". */
    public final List<String> asked = new CopyOnWriteArrayList<>();

    /** The commits of which files were asked for. */
    public final Set<String> revisions = ConcurrentHashMap.newKeySet();

    /** What the repository's newest commit is. */
    public volatile String newest = REVISION;

    /** Commits that it has no more. */
    public final Set<String> gone = ConcurrentHashMap.newKeySet();

    public volatile UnaryOperator<Object> list = it -> it;
    public volatile UnaryOperator<byte[]> body = it -> it;

    /** After so many bytes of a large file the line is cut, once. */
    public volatile long cutAfter = Long.MAX_VALUE;

    /** What is said of a file beside its bytes; null where nothing is. */
    public volatile UnaryOperator<@Nullable String> tag = it -> it;

    /** Asked before each piece of a file is sent, as long as there is one: it may take its time. */
    public volatile @Nullable Runnable beforeEachPiece;

    private static final int PIECE = 4_000;

    /** Whether large files lie elsewhere, as the hub's do. */
    public volatile boolean redirects;

    public volatile String location = "";

    public static final String LARGE = "visual/model.onnx";

    public TestHub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var model = small();
        try (var found = Files.walk(model)) {
            for (var file : found.filter(Files::isRegularFile).toList()) {
                files.put(model.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        files.put("README.md", "not wanted".getBytes(StandardCharsets.UTF_8));
        files.put("visual/model.armnn", "not wanted".getBytes(StandardCharsets.UTF_8));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/api/models/", this::list);
        server.createContext("/immich-app/", this::resolve);
        server.createContext("/elsewhere/", this::resolve);
        server.start();
    }

    private static TestHub started() {
        try {
            return new TestHub();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path small() {
        return Path.of(
                System.getProperty("keepsake.root", ".."), "ml-worker/models/clip/tiny-colours");
    }

    public URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public byte[] file(String path) {
        var bytes = files.get(path);
        if (bytes == null) {
            throw new IllegalArgumentException(path);
        }
        return bytes;
    }

    private void list(HttpExchange call) throws IOException {
        asked.add("list");
        var siblings = new ArrayList<Object>();
        files.forEach(
                (path, bytes) -> {
                    var entry = new TreeMap<String, Object>();
                    entry.put("rfilename", path);
                    entry.put("size", bytes.length);
                    entry.put("blobId", git(bytes));
                    if (path.endsWith(".onnx")) {
                        entry.put(
                                "lfs",
                                Map.of("sha256", sum("SHA-256", bytes), "size", bytes.length));
                    }
                    siblings.add(entry);
                });
        var answer = new TreeMap<String, Object>();
        var path = call.getRequestURI().getPath();
        var wanted = path.substring(path.lastIndexOf('/') + 1);
        if (gone.contains(wanted)) {
            send(call, 404, new byte[0]);
            return;
        }
        answer.put("sha", wanted.equals("main") ? newest : wanted);
        answer.put("siblings", siblings);
        send(call, 200, JsonMapper.shared().writeValueAsBytes(list.apply(answer)));
    }

    private void resolve(HttpExchange call) throws IOException {
        var path = call.getRequestURI().getPath();
        var parts = path.replaceFirst(".*/resolve/", "").split("/", 2);
        revisions.add(parts[0]);
        var name = parts[1];
        if (redirects && path.startsWith("/immich-app/") && name.equals(LARGE)) {
            call.getResponseHeaders()
                    .add(
                            "Location",
                            location.isEmpty()
                                    ? path.replace("/immich-app/", "/elsewhere/")
                                    : location.equals("again") ? path : location);
            send(call, 302, new byte[0]);
            return;
        }
        var bytes = body.apply(file(name));
        var tag = this.tag.apply('"' + sum("SHA-256", bytes) + '"');
        if (tag != null) {
            call.getResponseHeaders().add("ETag", tag);
        }
        int from = 0;
        var range = call.getRequestHeaders().getFirst("Range");
        var onlyIf = call.getRequestHeaders().getFirst("If-Range");
        if (range != null && (onlyIf == null || onlyIf.equals(tag))) {
            from = Integer.parseInt(range.replaceAll("\\D", ""));
            call.getResponseHeaders()
                    .add(
                            "Content-Range",
                            "bytes %d-%d/%d".formatted(from, bytes.length - 1, bytes.length));
        }
        asked.add(name + " " + from);
        call.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length - from);
        long cut = cutAfter;
        if (name.equals(LARGE) && cut < bytes.length) {
            cutAfter = Long.MAX_VALUE;
            call.getResponseBody().write(bytes, from, (int) cut);
            call.getResponseBody().flush();
            throw new IOException("cut");
        }
        for (var pause = beforeEachPiece; pause != null && from < bytes.length; ) {
            pause.run();
            int length = Math.min(PIECE, bytes.length - from);
            call.getResponseBody().write(bytes, from, length);
            call.getResponseBody().flush();
            from += length;
            pause = beforeEachPiece;
        }
        call.getResponseBody().write(bytes, from, bytes.length - from);
        call.close();
    }

    private static void send(HttpExchange call, int status, byte[] bytes) throws IOException {
        call.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        call.getResponseBody().write(bytes);
        call.close();
    }

    public static String sum(String algorithm, byte[]... parts) {
        try {
            var digest = MessageDigest.getInstance(algorithm);
            for (var part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static String git(byte[] bytes) {
        return sum(
                "SHA-1",
                ("blob " + bytes.length + '\0').getBytes(StandardCharsets.US_ASCII),
                bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
