package app.keepsake.immich.asset;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.RawConnection;
import app.keepsake.support.SecondServer;
import app.keepsake.support.ServerTest;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ConfigurableApplicationContext;

/** Clients that begin and do not go on, at a server that has less patience and fewer places. */
@ServerTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowClientTests {

    private static final Duration PATIENCE = Duration.ofSeconds(4);
    private static final int MOST_CONNECTIONS = 8;

    @Autowired Fixtures given;
    @Autowired Library library;

    private final byte[] photo = new byte[500_000];
    private final List<RawConnection> stalled = new ArrayList<>();
    private ConfigurableApplicationContext server;
    private int port;
    private Caller ana;
    private String session;

    @BeforeAll
    void start() {
        server =
                SecondServer.start(
                        library,
                        "--server.tomcat.connection-timeout=" + PATIENCE.toMillis() + "ms",
                        "--server.tomcat.max-connections=" + MOST_CONNECTIONS);
        port = SecondServer.portOf(server);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void photo() {
        new Random().nextBytes(photo);
        ana = given.user();
        session = given.bearer(ana);
    }

    @AfterEach
    void hangUp() throws IOException {
        for (var wire : stalled) {
            wire.close();
        }
    }

    @Test
    void hangsUpOnWhoStopsInTheHead() throws Exception {
        stallInHead().awaitClosed();
    }

    @Test
    void hangsUpOnWhoStopsInTheBodyAndKeepsNothing() throws Exception {
        stallInBody().awaitClosed();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(this::isNothingHalf);
        assertThat(given.assetsOf(ana)).isEmpty();
        assertThat(library.resolve("upload/" + ana.userId())).doesNotExist();
    }

    /** Each byte comes before the server would call it silence. Tomcat reads forms by itself. */
    @ParameterizedTest
    @CsvSource({
        "/api/auth/login, application/json",
        "/api/oauth/backchannel-logout, application/x-www-form-urlencoded"
    })
    void hangsUpOnWhoTricklesABody(String path, String type) throws Exception {
        try (var wire = new RawConnection(port)) {
            wire.send(
                    """
                    POST %s HTTP/1.1\r
                    Host: localhost\r
                    Content-Type: %s\r
                    Content-Length: 50000\r
                    \r
                    """
                            .formatted(path, type));
            assertThat(tricklesUntilClosed(wire)).isTrue();
        }
    }

    @Test
    void hangsUpOnWhoTricklesWhatNobodyWants() throws Exception {
        try (var wire = new RawConnection(port)) {
            session = "Bearer nobody's";
            wire.send(head(1_000_000));
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 401");
            assertThat(tricklesUntilClosed(wire)).isTrue();
        }
    }

    /** False if the connection lasts much longer than it should. */
    private static boolean tricklesUntilClosed(RawConnection wire) {
        var deadline = System.nanoTime() + PATIENCE.toNanos() * 5;
        try {
            while (System.nanoTime() < deadline) {
                wire.send(" ");
                LockSupport.parkNanos(PATIENCE.toNanos() / 20);
            }
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    @Test
    void servesOthersMeanwhile() throws Exception {
        for (int i = 0; i < MOST_CONNECTIONS / 2 - 1; i++) {
            stallInHead();
            stallInBody();
        }
        assertThat(upload()).startsWith("HTTP/1.1 201");
    }

    @Test
    void servesOthersAgainWhenAllPlacesWereTaken() throws Exception {
        for (int i = 0; i < MOST_CONNECTIONS; i++) {
            stallInHead();
            stallInBody();
        }
        assertThat(upload()).startsWith("HTTP/1.1 201");
    }

    /** A village's line: patience is for silence, not for how long it takes altogether. */
    @Test
    void takesAnUploadThatLastsLongerThanItsPatience() throws Exception {
        var body = Form.photo("a.jpg", photo).bytes();
        int slices = 12;
        try (var wire = new RawConnection(port)) {
            wire.send(head(body.length));
            for (int i = 0; i < slices; i++) {
                wire.send(body, body.length / slices * i, body.length / slices * (i + 1));
                LockSupport.parkNanos(PATIENCE.toNanos() / 10);
            }
            wire.send(body, body.length / slices * slices, body.length);
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 201");
        }
    }

    /** On a connection of its own. */
    private String upload() throws IOException {
        var body = Form.photo("a.jpg", photo).bytes();
        try (var wire = new RawConnection(port)) {
            wire.send(head(body.length));
            wire.send(body);
            return wire.readAnswer();
        }
    }

    private RawConnection stallInHead() throws IOException {
        var wire = new RawConnection(port);
        stalled.add(wire);
        wire.send("POST /api/assets HTTP/1.1\r\nHost: loc");
        return wire;
    }

    private RawConnection stallInBody() throws IOException {
        var body = Form.photo("a.jpg", photo).bytes();
        var wire = new RawConnection(port);
        stalled.add(wire);
        wire.send(head(body.length));
        wire.send(body, 0, body.length / 2);
        return wire;
    }

    private String head(int length) {
        return """
                POST /api/assets HTTP/1.1\r
                Host: localhost\r
                Authorization: %s\r
                Content-Type: %s\r
                Content-Length: %d\r
                \r
                """
                .formatted(session, new Form().contentType(), length);
    }

    private boolean isNothingHalf() throws IOException {
        var folder = library.resolve("upload/.tmp");
        if (!Files.exists(folder)) {
            return true;
        }
        try (var files = Files.walk(folder)) {
            return files.noneMatch(file -> Files.isRegularFile(file) && !file.endsWith("lock"));
        }
    }
}
