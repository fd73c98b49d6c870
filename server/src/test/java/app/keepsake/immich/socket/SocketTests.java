package app.keepsake.immich.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import app.keepsake.asset.AssetsTrashed;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.stack.StacksChanged;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.SocketClient;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationEventPublisher;
import tools.jackson.databind.json.JsonMapper;

/** The wire as socket.io's clients know it, and who is let in. */
@ServerTest
class SocketTests {

    @Autowired Fixtures given;
    @Autowired ApplicationEventPublisher events;
    @LocalServerPort int port;

    /** Headers, names and values in turn, by which a user shows who they are. */
    interface Form extends BiFunction<Fixtures, Caller, String[]> {}

    static Stream<Arguments> accepted() {
        return Stream.of(
                form("cookie", (given, ana) -> cookie(given.token(ana))),
                form("bearer", (given, ana) -> headers("Authorization", given.bearer(ana))),
                form("2.x", (given, ana) -> headers("x-immich-user-token", given.token(ana))),
                form(
                        "session token",
                        (given, ana) -> headers("x-immich-session-token", given.token(ana))),
                form(
                        "API key",
                        (given, ana) -> headers("x-api-key", given.apiKey(ana, Permission.ALL))));
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                form("nothing", (_, _) -> headers()),
                form("unknown token", (_, _) -> headers("Authorization", "Bearer nobodys")),
                form(
                        "limited API key",
                        (given, ana) ->
                                headers("x-api-key", given.apiKey(ana, Permission.ASSET_READ))),
                form(
                        "shared link, which wins over the session",
                        (given, ana) ->
                                headers(
                                        "x-immich-share-key",
                                        "any",
                                        "Authorization",
                                        given.bearer(ana))));
    }

    private static Arguments form(String name, Form form) {
        return argumentSet(name, form);
    }

    private static String[] headers(String... headers) {
        return headers;
    }

    private static String[] cookie(String token) {
        return headers("Cookie", "a=b; immich_access_token=" + token);
    }

    @Test
    void opensAsSocketIoDoes() {
        try (var client =
                SocketClient.open(
                        port, SocketClient.PATH, "Authorization", given.bearer(given.user()))) {
            var open = JsonMapper.shared().readTree(client.next().substring(1));
            assertThat(open.propertyNames())
                    .containsExactlyInAnyOrder(
                            "sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload");
            assertThat(open.path("sid").asString()).isNotEmpty();
            assertThat(open.path("upgrades").isArray()).isTrue();
            assertThat(open.path("pingInterval").asInt()).isEqualTo(25_000);
            assertThat(open.path("pingTimeout").asInt()).isEqualTo(20_000);
            assertThat(open.path("maxPayload").asInt()).isEqualTo(1_000_000);
            client.send("40");
            var connected = JsonMapper.shared().readTree(client.next().substring(2));
            assertThat(connected.propertyNames()).containsExactly("sid");
            assertThat(client.next())
                    .isEqualTo(
                            """
                            42["on_server_version",{"major":3,"minor":2,"patch":2,"prerelease":null}]""");
        }
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void letsInByEveryHeaderThatCallsMayUse(Form form) {
        var ana = given.user();
        try (var client = SocketClient.connect(port, form.apply(given, ana))) {
            client.event("on_server_version");
            events.publishEvent(new StacksChanged(ana.userId()));
            assertThat(client.next()).isEqualTo("42[\"on_asset_stack_update\"]");
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void tellsWhoIsNotLetInAndHangsUp(Form form) {
        try (var client = SocketClient.connect(port, form.apply(given, given.user()))) {
            assertThat(client.untilClosed())
                    .containsExactly("42[\"error\",\"unauthorized\"]", "41");
        }
    }

    @ParameterizedTest
    @CsvSource({"sessionKey", "apiKey"})
    void takesNothingFromTheAddress(String parameter) {
        var ana = given.user();
        var secret =
                parameter.equals("apiKey") ? given.apiKey(ana, Permission.ALL) : given.token(ana);
        try (var client =
                SocketClient.open(port, SocketClient.PATH + "&" + parameter + "=" + secret)) {
            client.send("40");
            assertThat(client.untilClosed()).contains("42[\"error\",\"unauthorized\"]");
        }
    }

    /** Nor does a share key in the address spoil what the headers say. */
    @Test
    void ignoresAShareKeyInTheAddress() {
        try (var client =
                SocketClient.open(
                        port, SocketClient.PATH + "&key=any", cookie(given.token(given.user())))) {
            client.send("40");
            client.next();
            client.next();
            client.event("on_server_version");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, https://evil.example",
        "Origin, null",
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site"
    })
    void refusesThePagesOfOtherSites(String header, String value) {
        var token = given.token(given.user());
        assertThatThrownBy(
                        () ->
                                SocketClient.open(
                                        port,
                                        SocketClient.PATH,
                                        "Cookie",
                                        "immich_access_token=" + token,
                                        header,
                                        value))
                .isInstanceOfSatisfying(
                        SocketClient.Refused.class,
                        refused -> assertThat(refused.status).isEqualTo(403));
    }

    @Test
    void takesThePagesOfThisSite() {
        try (var client =
                SocketClient.connect(
                        port,
                        "Cookie",
                        "immich_access_token=" + given.token(given.user()),
                        "Origin",
                        "http://127.0.0.1:" + port)) {
            client.event("on_server_version");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "?EIO=4&transport=polling, Transport unknown",
        "?EIO=4&transport=websocket, Transport unknown",
        "?EIO=3&transport=websocket, Unsupported protocol",
        "'', Unsupported protocol"
    })
    void saysWhatItDoesNotSpeak(String query, String reason) throws Exception {
        var answer =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        "http://127.0.0.1:%d/api/socket.io/%s"
                                                                .formatted(port, query)))
                                        .header("Authorization", given.bearer(given.user()))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JsonMapper.shared().readTree(answer.body()).path("message").asString())
                .startsWith(reason);
    }

    @Test
    void hangsUpOnWhatNoClientSays() {
        for (var packet : new String[] {"1", "41", "5", "40/admin,", "hello"}) {
            try (var client = connected()) {
                client.send(packet);
                assertThat(client.untilClosed()).isEmpty();
            }
        }
    }

    @Test
    void hangsUpOnMoreThanAClientHasToSay() {
        try (var client = connected()) {
            client.send("42[\"" + "a".repeat(100_000) + "\"]");
            assertThat(client.untilClosed()).isEmpty();
        }
        try (var client = connected()) {
            client.connection().sendBinary(ByteBuffer.wrap(new byte[] {1, 2, 3}), true).join();
            assertThat(client.untilClosed()).isEmpty();
        }
    }

    @Test
    void doesNotMindEventsOfAClient() {
        var ana = given.user();
        try (var client = SocketClient.connect(port, cookie(given.token(ana)))) {
            client.event("on_server_version");
            client.send("42[\"anything\",1]");
            events.publishEvent(new StacksChanged(ana.userId()));
            client.event("on_asset_stack_update");
        }
    }

    /** I7: it costs a bounded amount of memory, and other clients nothing. */
    @Test
    void cutsOffAClientThatDoesNotRead() throws Exception {
        var ana = given.user();
        var many = IntStream.range(0, 20_000).mapToObj(_ -> UUID.randomUUID()).toList();
        int rounds = 20; // some 15 MB: more than the kernel keeps, and what may wait
        try (var slow = new Socket();
                var fast = SocketClient.connect(port, cookie(given.token(ana)))) {
            fast.event("on_server_version");
            slow.setReceiveBufferSize(64 * 1024);
            slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            slow.setSoTimeout(60_000);
            slow.getOutputStream().write(handshake(given.bearer(ana)));
            slow.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0});
            slow.getOutputStream().write("40".getBytes(StandardCharsets.US_ASCII));
            readUntil(slow.getInputStream(), "\"prerelease\":null}]");
            for (int i = 0; i < rounds; i++) {
                events.publishEvent(new AssetsTrashed(ana.userId(), many));
                for (int part = 0; part < 20; part++) {
                    fast.event("on_asset_trash");
                }
            }
            // What was on its way still comes, and then no more.
            long received = readUntilClose(slow.getInputStream());
            assertThat(received).isLessThan(rounds * 20 * 39_000L);
        }
    }

    /**
     * The bytes of all messages until the server says goodbye, which it would not if it kept on.
     */
    private static long readUntilClose(InputStream stream) throws IOException {
        var frames = new DataInputStream(stream);
        for (long received = 0; ; ) {
            int kind = frames.readUnsignedByte() & 0x0f;
            long length = frames.readUnsignedByte();
            length =
                    length == 126
                            ? frames.readUnsignedShort()
                            : length == 127 ? frames.readLong() : length;
            if (kind == 8) {
                return received;
            }
            frames.skipNBytes(length);
            received += length;
        }
    }

    private static byte[] handshake(String authorization) {
        return """
                GET %s HTTP/1.1\r
                Host: localhost\r
                Connection: Upgrade\r
                Upgrade: websocket\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                Authorization: %s\r
                \r
                """
                .formatted(SocketClient.PATH, authorization)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void readUntil(InputStream stream, String text) throws IOException {
        var read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int next = stream.read();
            assertThat(next).isNotNegative();
            read.append((char) next);
        }
    }

    private SocketClient connected() {
        var client = SocketClient.connect(port, cookie(given.token(given.user())));
        client.event("on_server_version");
        return client;
    }
}
