package app.keepsake.immich.asset;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpRange;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.util.UriUtils;

/**
 * A media file as an answer: whole, a range of it (206), unchanged (304), or only its headers.
 *
 * @param fileName what a client saves it as
 * @param tag changes whenever the bytes do; null to take it from the file's time and size
 */
record MediaFile(Path file, String fileName, String contentType, @Nullable String tag) {

    private static final int BUFFER = 64 * 1024;
    private static final String CACHE =
            "private, max-age=86400, no-transform, stale-while-revalidate=2592000,"
                    + " stale-if-error=2592000";

    void send(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            long size = channel.size();
            long modified = attributes.lastModifiedTime().toMillis();
            var etag = "\"" + (tag != null ? tag : tagOf(attributes)) + "\"";
            setHeaders(response);
            if (new ServletWebRequest(request, response).checkNotModified(etag, modified)) {
                return; // 304, or 412 for a failed If-Match
            }
            var range = range(request, etag, modified);
            long start = 0;
            long end = size;
            if (range != null) {
                start = range.getRangeStart(size);
                end = range.getRangeEnd(size) + 1;
                if (start >= size || start >= end) {
                    refuseRange(response, size);
                    return;
                }
                response.setHeader(
                        "Content-Range", "bytes %d-%d/%d".formatted(start, end - 1, size));
                response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
            }
            response.setContentType(contentType);
            response.setContentLengthLong(end - start);
            if (!request.getMethod().equals("HEAD")) {
                copy(channel, start, end, response);
            }
        }
    }

    private static void refuseRange(HttpServletResponse response, long size) throws IOException {
        response.setStatus(HttpServletResponse.SC_REQUESTED_RANGE_NOT_SATISFIABLE);
        response.setHeader("Content-Range", "bytes */" + size);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType("application/json");
        response.getWriter().write("{\"message\":\"Range not satisfiable\"}");
    }

    private void setHeaders(HttpServletResponse response) {
        response.setHeader("Cache-Control", CACHE);
        response.setHeader("Accept-Ranges", "bytes");
        response.setHeader(
                "Content-Disposition",
                (isInline() ? "inline" : "attachment")
                        + "; filename*=UTF-8''"
                        + UriUtils.encode(fileName, StandardCharsets.UTF_8));
    }

    /** Pictures and films, but no SVG, which is a document with scripts. */
    private boolean isInline() {
        return (contentType.startsWith("image/") || contentType.startsWith("video/"))
                && !contentType.equals("image/svg+xml");
    }

    private static String tagOf(BasicFileAttributes attributes) {
        return "%x-%x"
                .formatted(
                        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS), attributes.size());
    }

    /**
     * The range to send, or null for the whole file: of several the first, and none when the
     * client's copy is of other bytes (If-Range) or the header makes no sense (RFC 9110).
     */
    private static @Nullable HttpRange range(
            HttpServletRequest request, String etag, long modified) {
        var header = request.getHeader("Range");
        var condition = request.getHeader("If-Range");
        if (header == null || (condition != null && !isSame(request, condition, etag, modified))) {
            return null;
        }
        try {
            var ranges = HttpRange.parseRanges(header);
            return ranges.isEmpty() ? null : ranges.getFirst();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isSame(
            HttpServletRequest request, String condition, String etag, long modified) {
        if (condition.startsWith("\"") || condition.startsWith("W/")) {
            return condition.equals(etag);
        }
        try {
            return request.getDateHeader("If-Range") / 1000 == modified / 1000;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Read and written in the request's own thread: Tomcat's sendfile would copy less, but reads
     * the disk in the one thread that serves all sockets, and a disk may take seconds to spin up.
     */
    private static void copy(
            FileChannel channel, long start, long end, HttpServletResponse response)
            throws IOException {
        var out = response.getOutputStream();
        var buffer = ByteBuffer.allocate((int) Math.min(BUFFER, end - start));
        for (long at = start; at < end; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, at + buffer.position()) < 0) {
                    throw new IOException("a media file became shorter while it was sent");
                }
            }
            out.write(buffer.array(), 0, buffer.limit());
        }
    }
}
