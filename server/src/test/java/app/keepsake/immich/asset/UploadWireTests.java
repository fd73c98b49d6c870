package app.keepsake.immich.asset;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.RawConnection;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Tool;
import app.keepsake.support.UploadClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.util.unit.DataSize;

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
        try (var wire = new RawConnection(port)) {
            if (chunked) {
                wire.send(head("Transfer-Encoding: chunked\r\n"));
                wire.send("%x\r\n".formatted(body.length));
            } else {
                wire.send(head("Content-Length: %d\r\n".formatted(body.length)));
            }
            wire.send(body, 0, sent);
            // Not close(): nobody could tell then whether the server has read it yet.
            wire.endSending();
            wire.awaitClosed();
        }
        assertNothingIsKept();
        assertThat(retry().statusCode()).isEqualTo(201);
        assertThat(given.assetsOf(ana)).hasSize(1);
        assertThat(originals()).hasSize(1);
        assertThat(tempFiles()).isEmpty();
    }

    /** The client cannot know that it was kept, and asks again. */
    @Test
    void tellsTheClientWhoseAnswerWasLostThatItHasThePhoto() throws Exception {
        var body = Form.photo("a.jpg", photo).bytes();
        try (var wire = new RawConnection(port)) {
            wire.send(head("Content-Length: %d\r\n".formatted(body.length)));
            wire.send(body);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> given.assetsOf(ana).size() == 1);
        var second = retry();
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(second.body()).contains("duplicate", given.assetsOf(ana).getFirst().toString());
        assertThat(originals()).hasSize(1);
        assertThat(tempFiles()).isEmpty();
    }

    /** As when the app has given up on a dead connection, which comes to life once more. */
    @Test
    void keepsOnePhotoWhenAnOlderAttemptArrivesAfterItsRetry() throws Exception {
        var body = Form.photo("a.jpg", photo).bytes();
        try (var wire = new RawConnection(port)) {
            wire.send(head("Content-Length: %d\r\n".formatted(body.length)));
            wire.send(body, 0, body.length / 2);
            assertThat(retry().statusCode()).isEqualTo(201);
            wire.send(body, body.length / 2, body.length);
            assertThat(wire.readAnswer())
                    .startsWith("HTTP/1.1 200")
                    .contains("duplicate", given.assetsOf(ana).getFirst().toString());
        }
        assertThat(originals()).hasSize(1);
        assertThat(tempFiles()).isEmpty();
    }

    @Test
    void takesNothingOfABodyThatIsShorterThanItsLength() throws Exception {
        var body = Form.photo("a.jpg", photo).bytes();
        try (var wire = new RawConnection(port)) {
            wire.send(head("Content-Length: %d\r\n".formatted(body.length + 1000)));
            wire.send(body, 0, body.length - 200);
            wire.endSending();
            wire.awaitClosed();
        }
        assertNothingIsKept();
    }

    @Test
    void takesNothingOfABodyThatIsLongerThanItsLength() throws Exception {
        var body = Form.photo("a.jpg", photo).bytes();
        try (var wire = new RawConnection(port)) {
            wire.send(head("Content-Length: %d\r\n".formatted(body.length - 200)));
            wire.send(body);
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 400");
        }
        assertNothingIsKept();
    }

    /** It asks with "Expect: 100-continue", gets 200, and has a second photo to send. */
    @Test
    void lastsWithCurlAfterADuplicateThatItDidNotRead(@TempDir Path folder) throws Exception {
        retry();
        var file = Files.write(folder.resolve("a.jpg"), photo);
        var other = Files.write(folder.resolve("b.jpg"), new byte[] {1, 2, 3});
        assertThat(curl(file, "x-immich-checksum: " + checksum(), other, "x-nothing: 1"))
                .isEqualTo("200 201 ");
    }

    private String curl(Path first, String header, Path second, String otherHeader)
            throws Exception {
        var command = new ArrayList<String>(List.of("curl", "--silent", "--show-error"));
        command.addAll(curlUpload(first, header));
        command.add("--next");
        command.addAll(curlUpload(second, otherHeader));
        return Tool.run(command.toArray(String[]::new));
    }

    private List<String> curlUpload(Path file, String header) {
        return List.of(
                "--max-time",
                "45",
                "--output",
                "/dev/null",
                "--write-out",
                "%{http_code} ",
                "--header",
                "Authorization: " + session,
                "--header",
                header,
                "--form",
                "fileCreatedAt=2024-01-01T00:00:00Z",
                "--form",
                "fileModifiedAt=2024-01-01T00:00:00Z",
                "--form",
                "assetData=@" + file,
                "http://127.0.0.1:%d/api/assets".formatted(port));
    }

    private void assertNothingIsKept() {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> tempFiles().isEmpty());
        assertThat(given.assetsOf(ana)).isEmpty();
        assertThat(library.resolve("upload/" + ana.userId())).doesNotExist();
    }

    private HttpResponse<String> retry() throws Exception {
        return new UploadClient(port, session).upload(Form.photo("a.jpg", photo));
    }

    private List<Path> originals() throws IOException {
        try (var files = Files.walk(library.resolve("upload/" + ana.userId()))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void takesAChunkedBody() throws Exception {
        var body = Form.photo("a.jpg", photo).bytes();
        try (var wire = new RawConnection(port)) {
            wire.send(head("Transfer-Encoding: chunked\r\n"));
            wire.send("%x\r\n".formatted(body.length));
            wire.send(body);
            wire.send("\r\n0\r\n\r\n");
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 201");
        }
    }

    /** The client sends all of its body, as most do, and then reads; and then goes on. */
    @Test
    void keepsTheConnectionAfterADuplicateThatItDidNotRead() throws Exception {
        try (var wire = new RawConnection(port)) {
            var body = Form.photo("a.jpg", photo).bytes();
            wire.send(head("Content-Length: %d\r\n".formatted(body.length)));
            wire.send(body);
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 201").contains("created");
            for (int i = 0; i < 3; i++) {
                wire.send(
                        head(
                                "Content-Length: %d\r\nx-immich-checksum: %s\r\n"
                                        .formatted(body.length, checksum())));
                wire.send(body);
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
        try (var wire = new RawConnection(port)) {
            wire.send(head(expecting));
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 100");
            wire.send(body);
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 201");
        }
        try (var wire = new RawConnection(port)) {
            wire.send(head(expecting));
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 200").contains("duplicate");
        }
    }

    /** A body larger than what Tomcat swallows by itself, refused before it is read. */
    @Test
    void letsAClientThatIsStillSendingSeeWhyItIsRefused(
            @Value("${server.tomcat.max-swallow-size}") DataSize swallowed) throws Exception {
        long length = swallowed.toBytes() + 10_000_000;
        session = "Bearer wrong";
        try (var wire = new RawConnection(port)) {
            wire.send(head("Content-Length: %d\r\n".formatted(length)));
            for (long left = length; left > 0; left -= photo.length) {
                wire.send(photo, 0, (int) Math.min(left, photo.length));
            }
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void refusesWhatTheDiskHasNoRoomForBeforeReadingIt() throws Exception {
        try (var wire = new RawConnection(port)) {
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
}
