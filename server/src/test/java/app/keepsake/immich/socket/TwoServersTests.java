package app.keepsake.immich.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.keepsake.auth.Caller;
import app.keepsake.stack.StacksChanged;
import app.keepsake.storage.Library;
import app.keepsake.support.CuttableConnection;
import app.keepsake.support.Fixtures;
import app.keepsake.support.SecondServer;
import app.keepsake.support.ServerTest;
import app.keepsake.support.SocketClient;
import app.keepsake.support.TestServices;
import app.keepsake.support.UploadClient;
import app.keepsake.user.UserDeleted;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A second server on the same Postgres and Redis, which is less patient with its clients. */
@ServerTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoServersTests {

    private static final int MOST = 6;
    private static final int MOST_STRANGERS = 2;
    private static final int MOST_PER_USER = 3;

    @Autowired Fixtures given;
    @Autowired ApplicationEventPublisher events;
    @Autowired JdbcClient jdbc;
    @LocalServerPort int port;

    private final List<SocketClient> clients = new ArrayList<>();
    private CuttableConnection redis;
    private ConfigurableApplicationContext second;
    private int secondPort;

    @BeforeAll
    void startTheSecond(@Autowired Library library) throws IOException {
        var redisUrl = URI.create(TestServices.get("KEEPSAKE_REDIS_URL"));
        redis =
                new CuttableConnection(
                        new InetSocketAddress(redisUrl.getHost(), redisUrl.getPort()));
        redis.mend();
        second =
                SecondServer.start(
                        library,
                        "--keepsake.redis-url="
                                + redisUrl.toString()
                                        .replace(":" + redisUrl.getPort(), ":" + redis.port()),
                        "--keepsake.socket.ping-interval=4s",
                        "--keepsake.socket.ping-timeout=3s",
                        "--keepsake.socket.max-connections=" + MOST,
                        "--keepsake.socket.max-strangers=" + MOST_STRANGERS,
                        "--keepsake.socket.max-per-user=" + MOST_PER_USER);
        secondPort = SecondServer.portOf(second);
    }

    @AfterAll
    void stopTheSecond() throws IOException {
        second.close();
        redis.close();
    }

    @AfterEach
    void disconnect() {
        clients.forEach(SocketClient::close);
    }

    @Test
    void bothTellTheirClientsOnce() {
        var ana = given.user();
        var here = client(port, ana);
        var there = client(secondPort, ana);
        for (var server : List.<ApplicationEventPublisher>of(events, second)) {
            server.publishEvent(new StacksChanged(ana.userId()));
            server.publishEvent(new UserDeleted(UUID.randomUUID()));
            for (var client : List.of(here, there)) {
                assertThat(client.eventsBefore("on_user_delete"))
                        .containsExactly("on_asset_stack_update");
            }
        }
    }

    /** What was missed is not made up for, and nothing but the event is missing. */
    @Test
    void aMissingRedisLosesEventsAndNothingElse() throws Exception {
        var ana = given.user();
        var there = client(secondPort, ana);
        redis.cut();
        second.publishEvent(new StacksChanged(ana.userId()));
        var http = new UploadClient(secondPort, given.bearer(ana));
        var answer =
                http.post(
                        "/api/assets/bulk-upload-check",
                        "application/json",
                        "{\"assets\":[]}".getBytes(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).isEqualTo(200);
        redis.mend();
        var ben = client(port, given.user());
        var last = UUID.randomUUID();
        // It takes a moment until both hear again; then each of these reaches everyone.
        await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            second.publishEvent(new UserDeleted(UUID.randomUUID()));
                            return ben.hasNext();
                        });
        events.publishEvent(new UserDeleted(last));
        assertThat(there.eventsUntil("on_user_delete", last.toString()))
                .doesNotContain("on_asset_stack_update");
    }

    @Test
    void endsAClientThatIsDeadAndOneThatNeverSaysHello() {
        var dead = client(secondPort, given.user()).answeringNoPings();
        assertThat(dead.untilClosed()).isEmpty();
        var silent = SocketClient.open(secondPort, SocketClient.PATH);
        clients.add(silent);
        assertThat(silent.untilClosed()).hasSize(1).first().asString().startsWith("0{");
    }

    @Test
    void keepsAClientThatAnswersItsPings() {
        var ana = given.user();
        var alive = client(secondPort, ana);
        var dead = client(secondPort, ana).answeringNoPings();
        dead.untilClosed();
        // Both have been asked, the one that lives answered and hears on.
        events.publishEvent(new StacksChanged(ana.userId()));
        alive.event("on_asset_stack_update");
    }

    /** The news of it may be lost, as in a Redis that was away. */
    @Test
    void endsAClientWhoseSessionIsGone() {
        var ana = given.user();
        var there = client(secondPort, ana);
        jdbc.sql("delete from session where user_id = ?").param(ana.userId()).update();
        assertThat(there.untilClosed()).containsExactly("41");
    }

    @Test
    void letsOnlySoManyIn() {
        fill(MOST_STRANGERS, () -> greeted(SocketClient.open(secondPort, SocketClient.PATH)));
        assertThat(refusal(() -> SocketClient.open(secondPort, SocketClient.PATH))).isEqualTo(503);
        fill(MOST - MOST_STRANGERS, () -> client(secondPort, given.user()));
        assertThat(refusal(() -> client(secondPort, given.user()))).isEqualTo(503);
    }

    @Test
    void endsTheOldestOfAUserWhoHasTooMany() {
        var ana = given.user();
        var oldest = client(secondPort, ana);
        for (int i = 0; i < MOST_PER_USER; i++) {
            client(secondPort, ana);
        }
        assertThat(oldest.untilClosed()).isEmpty();
    }

    /** A client counts once the server has spoken to it. */
    private static SocketClient greeted(SocketClient client) {
        client.next();
        return client;
    }

    /** Those of earlier tests may still be on their way out. */
    private void fill(int count, Supplier<SocketClient> opening) {
        var filled = new ArrayList<SocketClient>();
        await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            try {
                                filled.add(opening.get());
                            } catch (SocketClient.Refused full) {
                                // until the next attempt
                            }
                            return filled.size() == count;
                        });
        clients.addAll(filled);
    }

    private static int refusal(Supplier<SocketClient> opening) {
        try (var _ = opening.get()) {
            throw new AssertionError("was let in");
        } catch (SocketClient.Refused refused) {
            return refused.status;
        }
    }

    private SocketClient client(int port, Caller user) {
        var client =
                SocketClient.connect(port, "Cookie", "immich_access_token=" + given.token(user));
        client.event("on_server_version");
        clients.add(client);
        return client;
    }
}
