package app.keepsake.immich.sync;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.support.Fixtures;
import app.keepsake.support.HeldTransaction;
import app.keepsake.support.ServerTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import javax.sql.DataSource;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Streams over a real connection: soon, compressed, bounded, and cut when nobody reads. */
@ServerTest
class SyncWireTests {

    private static final String BODY =
            "{\"types\": [\"AssetEditsV1\", \"AssetsV2\", \"AuthUsersV1\"]}";

    @Autowired JdbcClient jdbc;
    @Autowired DataSource database;
    @Autowired Fixtures given;
    @Autowired ServletWebServerApplicationContext server;
    @LocalServerPort int port;
    HttpClient http = HttpClient.newHttpClient();
    Caller ana;

    @BeforeEach
    void signIn() {
        ana = given.user();
    }

    private HttpRequest.Builder request(String path) {
        return request(path, given.bearer(ana));
    }

    private HttpRequest.Builder request(String path, String bearer) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/api%s".formatted(port, path)))
                .timeout(Duration.ofMinutes(2))
                .header("Authorization", bearer);
    }

    private HttpResponse<InputStream> stream(String... headers)
            throws IOException, InterruptedException {
        var request = request("/sync/stream");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return stream(request);
    }

    private HttpResponse<InputStream> streamOf(Caller user)
            throws IOException, InterruptedException {
        return stream(request("/sync/stream", given.bearer(user)));
    }

    private HttpResponse<InputStream> stream(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        request.header("Content-Type", "application/json");
        return http.send(
                request.POST(HttpRequest.BodyPublishers.ofString(BODY)).build(),
                BodyHandlers.ofInputStream());
    }

    private static BufferedReader reader(InputStream body) {
        return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** Byte by byte: a reader would wait for more. */
    private static String firstLine(InputStream body) throws IOException {
        var line = new StringBuilder();
        for (int next = body.read(); next != '\n'; next = body.read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    private void assets(int count) {
        jdbc.sql(
                        """
                        insert into asset (owner_id, type, checksum, original_path, original_file_name,
                            size_in_bytes, file_created_at, file_modified_at, local_date_time)
                        select :owner, 'IMAGE', substr(sha256(convert_to(:owner || ' ' || i, 'UTF8')), 1, 20),
                            'upload/' || :owner || '/' || i, i || '.jpg', 1, now(), now(), localtimestamp
                        from generate_series(1, :count) i
                        """)
                .param("owner", ana.userId())
                .param("count", count)
                .update();
    }

    /** Edits come last; while their table is locked, what comes before is out already. */
    private HeldTransaction holdingUpEdits() throws Exception {
        var transaction = new HeldTransaction(database);
        transaction.jdbc().sql("lock table asset_edit in access exclusive mode").update();
        return transaction;
    }

    @Test
    void theFirstLinesComeAtOnceCompressedToo() throws Exception {
        assets(3);
        try (var holding = holdingUpEdits()) {
            var answer = stream("Accept-Encoding", "gzip");
            assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
            assertThat(answer.headers().firstValue("Content-Type"))
                    .contains("application/jsonlines+json");
            var body = new GZIPInputStream(answer.body());
            assertThat(firstLine(body)).startsWith("{\"type\":\"AuthUserV1\"");
            holding.commit();
            assertThat(reader(body).lines().toList())
                    .hasSize(4)
                    .last()
                    .asString()
                    .startsWith("{\"type\":\"SyncCompleteV1\"");
        }
    }

    @Test
    void tooManyStreamsWaitAndAreThenSentAwayWhileTheRestGoesOn() throws Exception {
        var streams = new ArrayList<HttpResponse<InputStream>>();
        try (var holding = holdingUpEdits()) {
            for (var user : List.of(given.user(), given.user(), given.user())) {
                streams.add(streamOf(user));
                streams.add(streamOf(user));
            }
            var refused = stream();
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(new String(refused.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\"message\"");
            var other = http.send(request("/users/me").GET().build(), BodyHandlers.discarding());
            assertThat(other.statusCode()).isEqualTo(200);
            holding.commit();
        }
        for (var stream : streams) {
            assertThat(reader(stream.body()).lines().toList())
                    .last()
                    .asString()
                    .contains("SyncCompleteV1");
        }
        assertThat(stream().statusCode()).isEqualTo(200);
    }

    @Test
    void aUsersThirdStreamWaitsWhileOthersGoOn() throws Exception {
        try (var holding = holdingUpEdits()) {
            var two = List.of(stream(), stream());
            assertThat(stream().statusCode()).isEqualTo(503);
            var ofBob = streamOf(given.user());
            assertThat(ofBob.statusCode()).isEqualTo(200);
            holding.commit();
            for (var each : List.of(two.getFirst(), two.getLast(), ofBob)) {
                assertThat(reader(each.body()).lines().toList())
                        .last()
                        .asString()
                        .contains("SyncCompleteV1");
            }
        }
    }

    @Test
    void aNewerStreamOfASessionEndsTheOlder() throws Exception {
        var bearer = given.bearer(ana);
        try (var holding = holdingUpEdits()) {
            var older = new ArrayList<HttpResponse<InputStream>>();
            for (int i = 0; i < 7; i++) {
                older.add(stream(request("/sync/stream", bearer)));
            }
            var last = older.removeLast();
            for (var each : older) {
                assertThat(reader(each.body()).lines())
                        .noneMatch(line -> line.contains("SyncCompleteV1"));
            }
            holding.commit();
            assertThat(reader(last.body()).lines().toList())
                    .last()
                    .asString()
                    .contains("SyncCompleteV1");
        }
    }

    /** Its phone is out of reach, which nobody tells the server. */
    @Test
    void aStreamThatNobodyReadsEndsWhenItsPhoneIsBack() throws Exception {
        assets(20_000);
        var bearer = given.bearer(ana);
        try (var lost = phoneThatDoesNotRead(bearer)) {
            Awaitility.await().until(() -> openStreams() == 1);
            var back = stream(request("/sync/stream", bearer));
            assertThat(reader(back.body()).lines().toList())
                    .last()
                    .asString()
                    .contains("SyncCompleteV1");
            Awaitility.await().until(() -> openStreams() == 0);
            assertThat(lost.isConnected()).isTrue();
        }
    }

    private Socket phoneThatDoesNotRead(String bearer) throws IOException {
        var phone = new Socket();
        phone.setReceiveBufferSize(4_096);
        phone.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        phone.getOutputStream()
                .write(
                        """
                        POST /api/sync/stream HTTP/1.1\r
                        Host: localhost\r
                        Authorization: %s\r
                        Content-Type: application/json\r
                        Content-Length: %d\r
                        \r
                        %s"""
                                .formatted(bearer, BODY.length(), BODY)
                                .getBytes(StandardCharsets.US_ASCII));
        return phone;
    }

    /** What a phone that went away, or never reads, holds of the database. */
    private int openStreams() {
        return jdbc.sql(
                        """
                        select count(*) from pg_stat_activity
                        where datname = current_database() and query like 'fetch % from line'
                            and state <> 'idle'
                        """)
                .query(Integer.class)
                .single();
    }

    @Test
    void whoDoesNotReadIsCutAndHoldsNothing() throws Exception {
        assets(20_000);
        var web = (TomcatWebServer) Objects.requireNonNull(server.getWebServer());
        var protocol =
                (AbstractHttp11Protocol<?>) web.getTomcat().getConnector().getProtocolHandler();
        var usual = protocol.getConnectionTimeout();
        protocol.setConnectionTimeout(1_000);
        try (var _ = phoneThatDoesNotRead(given.bearer(ana))) {
            Awaitility.await().until(() -> openStreams() == 1);
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> openStreams() == 0);
        } finally {
            protocol.setConnectionTimeout(usual);
        }
    }

    /** Twice two million lines do not fit into this process; so they were never held in it. */
    @Test
    @Tag("long")
    void aMillionAssetsFlowThroughASmallHeapPastASlowReader() throws Exception {
        int count = 1_000_000;
        assets(count);
        try {
            var before = usedAfterCollection();
            long lines = 0;
            long bytes = 0;
            try (var body = reader(stream().body())) {
                for (var line = body.readLine(); line != null; line = body.readLine()) {
                    lines++;
                    bytes += line.length();
                    if (lines == count / 2) {
                        assertThat(usedAfterCollection() - before).isLessThan(64L << 20);
                    }
                }
            }
            assertThat(lines).isEqualTo(count + 2L);
            assertThat(bytes).isGreaterThan(500L << 20);
        } finally {
            jdbc.sql("delete from \"user\" where id = ?").param(ana.userId()).update();
        }
    }

    private static long usedAfterCollection() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
