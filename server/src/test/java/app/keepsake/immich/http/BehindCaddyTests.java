package app.keepsake.immich.http;

import static app.keepsake.support.UploadClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import app.keepsake.auth.Caller;
import app.keepsake.stack.StacksChanged;
import app.keepsake.storage.Library;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Film;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import app.keepsake.support.SocketClient;
import app.keepsake.support.Tool;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * As docs/remote-access.md has it: a real Caddy in front, which ends TLS with its own authority.
 */
@ServerTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BehindCaddyTests {

    private static final Logger log = LoggerFactory.getLogger(BehindCaddyTests.class);

    /** Where scripts/test puts it. */
    private static final Path CADDY =
            Path.of(System.getProperty("user.home"), ".cache/keepsake/caddy/caddy");

    @Autowired Fixtures given;
    @Autowired AssetFixtures assets;
    @Autowired ApplicationEventPublisher events;
    @Autowired JdbcClient jdbc;
    @Autowired Library library;
    @LocalServerPort int port;

    private Process caddy;
    private HttpClient http;
    private String secure;
    private String plain;

    @BeforeAll
    void startCaddy(@TempDir Path folder) throws Exception {
        assertThat(CADDY).as("Caddy, which scripts/test fetches").isExecutable();
        int securePort = freePort();
        int plainPort = freePort();
        var config =
                """
                {
                    admin off
                    auto_https disable_redirects
                    skip_install_trust
                }
                https://localhost:%1$d {
                    tls internal
                    reverse_proxy 127.0.0.1:%3$d
                }
                http://localhost:%2$d {
                    reverse_proxy 127.0.0.1:%3$d
                }
                """
                        .formatted(securePort, plainPort, port);
        var file = Files.writeString(folder.resolve("Caddyfile"), config);
        var builder =
                new ProcessBuilder(
                                CADDY.toString(),
                                "run",
                                "--config",
                                file.toString(),
                                "--adapter",
                                "caddyfile")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("XDG_DATA_HOME", folder.toString());
        builder.environment().put("XDG_CONFIG_HOME", folder.toString());
        caddy = builder.start();
        var authority = folder.resolve("caddy/pki/authorities/local/root.crt");
        await().atMost(Duration.ofSeconds(60))
                .until(
                        () ->
                                Files.exists(authority)
                                        && isListening(securePort)
                                        && isListening(plainPort));
        http = HttpClient.newBuilder().sslContext(trusting(authority)).build();
        secure = "https://localhost:" + securePort;
        plain = "http://localhost:" + plainPort;
    }

    @AfterAll
    void stopCaddy() throws InterruptedException {
        if (caddy != null) {
            caddy.destroy();
            caddy.waitFor();
        }
    }

    @Test
    void itsCookiesAreSecureBehindTlsAndOnlyThere() throws Exception {
        assertThat(login(secure)).hasSize(3).allMatch(cookie -> cookie.contains("; Secure"));
        assertThat(login(plain)).hasSize(3).noneMatch(cookie -> cookie.contains("Secure"));
    }

    /** Caddy puts its own word in place of what a stranger claims. */
    @Test
    void aClientCannotClaimToHaveComeByTls() throws Exception {
        assertThat(login(plain, "X-Forwarded-Proto", "https", "X-Forwarded-For", "127.0.0.1"))
                .noneMatch(cookie -> cookie.contains("Secure"));
    }

    @Test
    void theSocketGoesThroughForThisSitesPages() {
        var ana = given.user();
        var address = URI.create(secure.replace("https", "wss") + SocketClient.PATH);
        var cookie = "immich_access_token=" + given.token(ana);
        try (var client = SocketClient.open(http, address, "Cookie", cookie, "Origin", secure)) {
            client.next();
            client.send("40");
            client.next();
            client.event("on_server_version");
            events.publishEvent(new StacksChanged(ana.userId()));
            client.event("on_asset_stack_update");
        }
        assertThatThrownBy(
                        () ->
                                SocketClient.open(
                                        http,
                                        address,
                                        "Cookie",
                                        cookie,
                                        "Origin",
                                        "https://evil.example"))
                .isInstanceOfSatisfying(
                        SocketClient.Refused.class,
                        refused -> assertThat(refused.status).isEqualTo(403));
    }

    /** A page that its browser does not vouch for by Sec-Fetch-Site is known by its origin. */
    @Test
    void pagesOfThisSiteMayWriteAndThoseOfOthersNot() throws Exception {
        for (var site : List.of(secure, plain)) {
            assertThat(write(site, site)).isEqualTo(200);
            assertThat(write(site, "https://evil.example")).isEqualTo(403);
            assertThat(write(site, "https://localhost:1")).isEqualTo(403);
        }
    }

    @Test
    void aRangeOfAnOriginalComesThrough() throws Exception {
        var ana = given.user();
        var file = Tool.sample("gps.jpg");
        var id = assets.upload(ana, file, Map.of());
        var answer =
                http.send(
                        request(secure + "/api/assets/" + id + "/original", ana)
                                .header("Range", "bytes=100-199")
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.headers().firstValue("Content-Range"))
                .contains("bytes 100-199/" + Files.size(file));
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(Files.readAllBytes(file), 100, 200));
    }

    @Test
    void anUploadComesThrough() throws Exception {
        uploads(20_000_000);
    }

    @Tag("long")
    @Test
    void anUploadOfTwoGigabytesComesThrough() throws Exception {
        var free = Files.getFileStore(library.root()).getUsableSpace();
        if (free < 6_000_000_000L) {
            log.warn("Skipped: 6 GB must be free under {}, and {} are", library.root(), free);
        }
        assumeThat(free).isGreaterThanOrEqualTo(6_000_000_000L);
        uploads(2_200_000_000L);
    }

    private void uploads(long length) throws Exception {
        var ana = given.user();
        var body = HttpRequest.BodyPublishers.ofInputStream(() -> Film.form(length));
        var answer =
                http.send(
                        request(secure + "/api/assets", ana)
                                .header("Content-Type", new Form().contentType())
                                .POST(body)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        var id = UUID.fromString(json(answer).path("id").asString());
        var original = library.resolve(Library.originalPath(ana.userId(), id, "mp4"));
        assertThat(original).hasSize(length);
        Files.delete(original);
        jdbc.sql("delete from asset where id = ?").param(id).update();
    }

    private int write(String site, String origin) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(site + "/api/assets/bulk-upload-check"))
                        .header("Cookie", "immich_access_token=" + given.token(given.user()))
                        .header("Origin", origin)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"assets\":[]}"));
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private List<String> login(String site, String... headers) throws Exception {
        var ana = given.userWithPassword();
        var request =
                HttpRequest.newBuilder(URI.create(site + "/api/auth/login"))
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"email\": \"%s@example.org\", \"password\": \"correct horse\"}"
                                                .formatted(ana.userId())));
        if (headers.length > 0) {
            request.headers(headers);
        }
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.headers().allValues("Set-Cookie");
    }

    private HttpRequest.Builder request(String address, Caller caller) {
        return HttpRequest.newBuilder(URI.create(address))
                .header("Authorization", given.bearer(caller));
    }

    private static SSLContext trusting(Path certificate)
            throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var stream = Files.newInputStream(certificate)) {
            store.setCertificateEntry(
                    "caddy", CertificateFactory.getInstance("X.509").generateCertificate(stream));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static boolean isListening(int port) {
        try (var _ = new Socket("localhost", port)) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
