package app.keepsake.model;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Hugging Face's hub, or a mirror of it. What it answers is not trusted: every length has a bound,
 * and no name of a file leaves the model's folder.
 */
record Hub(URI base) {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MOST_REDIRECTS = 5;
    private static final int MOST_FILES = 2_000;
    private static final long LARGEST_LIST = 8 << 20;
    private static final int PATIENCE_MILLIS = 30_000;

    /** The largest that Immich's users choose has 7.5 GB. */
    static final long LARGEST_MODEL = 16L << 30;

    /** What Immich takes of a repository; the rest are forms for other chips. */
    private static final List<String> FOLDERS =
            List.of("visual/", "textual/", "detection/", "recognition/");

    /** A repository as it was at one commit. */
    record Repository(String revision, List<HubFile> files) {

        long size() {
            return files.stream().mapToLong(HubFile::size).sum();
        }
    }

    /** An answer's body, from a place on. */
    record Body(InputStream bytes, long from, @Nullable String tag) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }

    /**
     * What a repository holds now, or held at a revision.
     *
     * @throws IOException that says what is wrong
     */
    Repository list(String repository, @Nullable String revision) throws IOException {
        var url =
                "%s/api/models/%s/revision/%s?blobs=true"
                        .formatted(root(), repository, revision == null ? "main" : revision);
        JsonNode answer;
        try (var body = get(URI.create(url), 0, null)) {
            var bytes = body.bytes().readNBytes((int) LARGEST_LIST + 1);
            if (bytes.length > LARGEST_LIST) {
                throw new Refused("The list of the model's files is longer than any model's");
            }
            answer = JSON.readTree(bytes);
        } catch (Absent e) {
            throw revision == null
                    ? e
                    : new Refused(
                            "%s, or not the commit %s any more: stop this download and begin anew; a model in use gives way to another first"
                                    .formatted(e.getMessage(), revision));
        } catch (JacksonException e) {
            throw new Refused("%s did not answer with a list of files".formatted(base.getHost()));
        }
        var commit = answer.path("sha").asString("");
        if (!commit.matches("[0-9a-f]{40}")) {
            throw new Refused("The list of the model's files names no revision");
        }
        if (revision != null && !commit.equals(revision)) {
            throw new Refused("The list is of another revision than %s".formatted(revision));
        }
        var files = new ArrayList<HubFile>();
        for (var entry : answer.path("siblings")) {
            var path = entry.path("rfilename").asString("");
            if (isWanted(path)) {
                files.add(file(path, entry));
            }
        }
        if (files.isEmpty() || files.size() > MOST_FILES) {
            throw new Refused("The repository has %d files".formatted(files.size()));
        }
        var found = new Repository(commit, List.copyOf(files));
        if (found.size() > LARGEST_MODEL) {
            throw new Refused("The model has %d GB".formatted(found.size() >> 30));
        }
        return found;
    }

    private static boolean isWanted(String path) throws Refused {
        requireInside(path);
        return (path.equals("config.json") || FOLDERS.stream().anyMatch(path::startsWith))
                && !path.endsWith(".armnn")
                && !path.contains("rknpu/")
                && !path.endsWith(".rknn");
    }

    /** A name that would be written elsewhere is no mistake: nothing is taken from there then. */
    private static void requireInside(String path) throws Refused {
        var isSafe =
                !path.isEmpty()
                        && path.length() <= 300
                        && path.chars().allMatch(c -> c >= 32 && c != 127 && c != '\\' && c != ':')
                        && Arrays.stream(path.split("/", -1))
                                .noneMatch(
                                        part ->
                                                part.isEmpty()
                                                        || part.equals(".")
                                                        || part.equals(".."));
        if (!isSafe) {
            throw new Refused("The repository names a file outside its folder: " + path);
        }
    }

    private static HubFile file(String path, JsonNode entry) throws Refused {
        var lfs = entry.path("lfs");
        var large = lfs.path("sha256").asString(lfs.path("oid").asString(""));
        large = large.replaceFirst("^sha256:", "").toLowerCase(Locale.ROOT);
        var small = entry.path("blobId").asString("").toLowerCase(Locale.ROOT);
        long size = lfs.path("size").asLong(entry.path("size").asLong(-1));
        if (size < 0) {
            throw new Refused("The list does not say how large %s is".formatted(path));
        }
        if (size > LARGEST_MODEL) { // before any sum, which could overflow
            throw new Refused("The file %s has %d GB".formatted(path, size >> 30));
        }
        if (large.matches("[0-9a-f]{64}")) {
            return new HubFile(path, size, large, null);
        }
        if (small.matches("[0-9a-f]{40}")) {
            return new HubFile(path, size, null, small);
        }
        throw new Refused("The list has no checksum of " + path);
    }

    /**
     * One file, from a byte on if it is still the one with that tag, else whole.
     *
     * @param tag of what there is already; null where nobody gave one: whether it is still the same
     *     file the checksum says
     */
    Body open(String repository, String revision, String path, long from, @Nullable String tag)
            throws IOException {
        var encoded =
                Arrays.stream(path.split("/"))
                        .map(
                                part ->
                                        URLEncoder.encode(part, StandardCharsets.UTF_8)
                                                .replace("+", "%20"))
                        .collect(Collectors.joining("/"));
        return get(
                URI.create("%s/%s/resolve/%s/%s".formatted(root(), repository, revision, encoded)),
                from,
                tag);
    }

    private String root() {
        return base.toString().replaceFirst("/+$", "");
    }

    private static Body get(URI url, long from, @Nullable String tag) throws IOException {
        var at = url;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            var connection = (HttpURLConnection) at.toURL().openConnection();
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            connection.setRequestProperty("User-Agent", "Keepsake");
            connection.setRequestProperty("Accept-Encoding", "identity");
            if (from > 0) {
                connection.setRequestProperty("Range", "bytes=" + from + "-");
                if (tag != null) {
                    connection.setRequestProperty("If-Range", tag);
                }
            }
            int status = connection.getResponseCode();
            switch (status) {
                case 200 -> {
                    return new Body(connection.getInputStream(), 0, tag(connection));
                }
                case 206 -> {
                    var range = connection.getHeaderField("Content-Range");
                    if (range == null || !range.startsWith("bytes " + from + "-")) {
                        throw new IOException("another part was answered than was asked for");
                    }
                    return new Body(connection.getInputStream(), from, tag(connection));
                }
                case 301, 302, 303, 307, 308 -> at = next(at, connection);
                case 401, 403, 404 ->
                        throw new Absent(
                                "%s has no such model (it answered %d)"
                                        .formatted(url.getHost(), status));
                case 416 -> {
                    connection.disconnect();
                    return get(url, 0, null);
                }
                default -> throw new IOException("%s answered %d".formatted(at.getHost(), status));
            }
        }
        throw new Refused(
                "%s sends from one place to the next without end".formatted(url.getHost()));
    }

    private static @Nullable String tag(HttpURLConnection connection) {
        var tag = connection.getHeaderField("ETag");
        return tag == null || tag.startsWith("W/") ? null : tag; // a weak one says nothing of bytes
    }

    private static URI next(URI from, HttpURLConnection connection) throws Refused {
        var location = connection.getHeaderField("Location");
        connection.disconnect();
        try {
            var next = from.resolve(location == null ? "" : location);
            var isSafe =
                    "https".equals(next.getScheme())
                            || ("http".equals(next.getScheme()) && "http".equals(from.getScheme()));
            if (location != null && isSafe && next.getHost() != null) {
                return next;
            }
        } catch (IllegalArgumentException e) {
            // refused below
        }
        throw new Refused("%s sends elsewhere than by https".formatted(from.getHost()));
    }

    private static final class Absent extends Refused {
        Absent(String reason) {
            super(reason);
        }
    }

    /** Another attempt would end the same way. */
    static class Refused extends IOException {
        Refused(String reason) {
            super(reason);
        }
    }
}
