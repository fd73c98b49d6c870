package app.keepsake.immich.asset;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What networks and clients do to an upload, on bare sockets. */
@ServerTest
class UploadWireTests {

    @Autowired Fixtures given;
    @Autowired Library library;
    @LocalServerPort int port;

    final byte[] photo = new byte[3_000_000];
    Caller ana;
    String session;

    @BeforeEach
    void photo() {
        new Random().nextBytes(photo);
        ana = given.user();
        session = given.bearer(ana);
    }

    @ParameterizedTest
    @CsvSource({
        "0, false",
        "1, false",
        "50, false",
        "99, false",
        "0, true",
        "50, true",
        "99, true"
    })
    void leavesNothingOfAnUploadThatIsCutOff(int percent, boolean chunked) throws Exception {
        var body = Form.photo("a.jpg", photo).bytes();
        int sent = (int) ((long) body.length * percent / 100);
        try (var wire = new Wire()) {
            if (chunked) {
                wire.send(head("Transfer-Encoding: chunked\r\n"));
                wire.send("%x\r\n".formatted(body.length));
            } else {
                wire.send(head("Content-Length: %d\r\n".formatted(body.length)));
            }
            wire.send(body, sent);
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> tempFiles().isEmpty());
        assertThat(given.assetsOf(ana)).isEmpty();
        assertThat(library.resolve("upload/" + ana.userId())).doesNotExist();
    }

    @Test
    void takesAChunkedBody() throws Exception {
        var body = Form.photo("a.jpg", photo).bytes();
        try (var wire = new Wire()) {
            wire.send(head("Transfer-Encoding: chunked\r\n"));
            wire.send("%x\r\n".formatted(body.length));
            wire.send(body, body.length);
            wire.send("\r\n0\r\n\r\n");
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 201");
        }
    }

    /** The client sends all of its body, as most do, and then reads; and then goes on. */
    @Test
    void keepsTheConnectionAfterADuplicateThatItDidNotRead() throws Exception {
        try (var wire = new Wire()) {
            var body = Form.photo("a.jpg", photo).bytes();
            wire.send(head("Content-Length: %d\r\n".formatted(body.length)));
            wire.send(body, body.length);
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 201").contains("created");
            for (int i = 0; i < 3; i++) {
                wire.send(
                        head(
                                "Content-Length: %d\r\nx-immich-checksum: %s\r\n"
                                        .formatted(body.length, checksum())));
                wire.send(body, body.length);
                assertThat(wire.readAnswer()).startsWith("HTTP/1.1 200").contains("duplicate");
            }
        }
    }

    @Test
    void asksForTheBodyOnlyWhenItWantsIt() throws Exception {
        var body = Form.photo("a.jpg", photo).bytes();
        var expecting =
                "Expect: 100-continue\r\nx-immich-checksum: %s\r\nContent-Length: %d\r\n"
                        .formatted(checksum(), body.length);
        try (var wire = new Wire()) {
            wire.send(head(expecting));
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 100");
            wire.send(body, body.length);
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 201");
        }
        try (var wire = new Wire()) {
            wire.send(head(expecting));
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 200").contains("duplicate");
        }
    }

    /** A body larger than what Tomcat swallows by itself, refused before it is read. */
    @Test
    void letsAClientThatIsStillSendingSeeWhyItIsRefused() throws Exception {
        var large = new byte[20_000_000];
        var body = Form.photo("a.jpg", large).bytes();
        session = "Bearer wrong";
        try (var wire = new Wire()) {
            wire.send(head("Content-Length: %d\r\n".formatted(body.length)));
            wire.send(body, body.length);
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void refusesWhatTheDiskHasNoRoomForBeforeReadingIt() throws Exception {
        try (var wire = new Wire()) {
            wire.send(
                    head(
                            "Expect: 100-continue\r\nContent-Length: %d\r\n"
                                    .formatted(Long.MAX_VALUE / 4)));
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 507").contains("disk is full");
        }
    }

    private String head(String more) {
        return "POST /api/assets HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nContent-Type: %s\r\n%s\r\n"
                .formatted(session, new Form().contentType(), more);
    }

    private String checksum() throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(photo));
    }

    private List<Path> tempFiles() throws IOException {
        var folder = library.resolve("upload/.tmp");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.walk(folder)) {
            return files.filter(f -> Files.isRegularFile(f) && !f.endsWith("lock")).toList();
        }
    }

    private final class Wire implements AutoCloseable {

        private final Socket socket = new Socket("127.0.0.1", port);

        Wire() throws IOException {
            socket.setSoTimeout(60_000);
            socket.setTcpNoDelay(true);
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void send(byte[] bytes, int length) throws IOException {
            socket.getOutputStream().write(bytes, 0, length);
        }

        /** One answer: its head, and its body by its length or its one chunk. */
        String readAnswer() throws IOException {
            var answer = new StringBuilder();
            while (answer.indexOf("\r\n\r\n") < 0) {
                answer.append((char) read());
            }
            if (answer.indexOf("Transfer-Encoding: chunked") > 0) {
                while (!answer.toString().endsWith("\r\n0\r\n\r\n")) {
                    answer.append((char) read());
                }
            } else if (answer.toString().matches("(?s).*Content-Length: \\d+.*")) {
                int length =
                        Integer.parseInt(
                                answer.toString()
                                        .replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
                for (int i = 0; i < length; i++) {
                    answer.append((char) read());
                }
            }
            return answer.toString();
        }

        private int read() throws IOException {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("the server closed the connection");
            }
            return next;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
