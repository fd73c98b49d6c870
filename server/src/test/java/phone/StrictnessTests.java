package phone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A phone that accepts anything proves nothing: here it is told what breaks the real app. A program
 * that says given lines stands in for the server.
 */
class StrictnessTests {

    private static final String ANA = "11111111-1111-4111-8111-111111111111";
    private static final String PHOTO = "22222222-2222-4222-8222-222222222222";
    private static final String OTHER = "33333333-3333-4333-8333-333333333333";
    private static final String ALBUM = "44444444-4444-4444-8444-444444444444";
    private static final String TIME = "2024-02-03T10:20:30.000Z";
    private static final String COMPLETE =
            "{\"type\":\"SyncCompleteV1\",\"data\":{},\"ack\":\"SyncCompleteV1|1\"}\n";
    private static final String RESET =
            "{\"type\":\"SyncResetV1\",\"data\":{},\"ack\":\"SyncResetV1|reset\"}\n";

    private final Contract contract = new Contract();
    private final LocalDatabase database = new LocalDatabase(contract);
    private final Deque<String> streams = new ArrayDeque<>();
    private final List<String> acks = new ArrayList<>();
    private final HttpServer server;
    private final Connection connection;

    StrictnessTests() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/sync/stream", this::stream);
        server.createContext("/api/sync/ack", this::ack);
        server.start();
        connection =
                new Connection(
                        contract,
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/api"),
                        "Pixel 9");
    }

    @AfterEach
    void stop() {
        connection.close();
        server.stop(0);
        database.close();
    }

    private void stream(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().add("Content-Type", "application/jsonlines+json");
        exchange.sendResponseHeaders(200, 0);
        try (var body = exchange.getResponseBody()) {
            body.write(streams.remove().getBytes(UTF_8));
        }
    }

    private void ack(HttpExchange exchange) throws IOException {
        var body = Contract.JSON.readTree(exchange.getRequestBody().readAllBytes());
        acks.addAll(Contract.texts(body.path("acks")));
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    /** Syncs what these lines say; the stream ends as it should. */
    private void sync(String... lines) {
        streams.add(String.join("", lines) + COMPLETE);
        Sync.run(connection, database);
    }

    private static String line(String type, JsonNode data) {
        var line = Contract.JSON.createObjectNode();
        line.put("type", type).set("data", data);
        return line.put("ack", type + "|" + data.hashCode()) + "\n";
    }

    private static String user() {
        return line(
                "UserV1",
                Contract.body(
                        "id",
                        ANA,
                        "name",
                        "Ana",
                        "email",
                        "ana@example.org",
                        "hasProfileImage",
                        false,
                        "profileChangedAt",
                        TIME,
                        "deletedAt",
                        NullNode.getInstance()));
    }

    private static ObjectNode assetData(String id, String checksum) {
        return (ObjectNode)
                Contract.JSON.readTree(
                        """
                        {"id": "%s", "ownerId": "%s", "checksum": "%s", "originalFileName": "a.jpg",
                         "type": "IMAGE", "visibility": "timeline", "isFavorite": false,
                         "isEdited": false, "fileCreatedAt": "%s", "fileModifiedAt": "%s",
                         "localDateTime": "%s", "createdAt": "%s", "deletedAt": null,
                         "duration": null, "width": 1, "height": 1, "thumbhash": null,
                         "livePhotoVideoId": null, "stackId": null, "libraryId": null}
                        """
                                .formatted(id, ANA, checksum, TIME, TIME, TIME, TIME));
    }

    private static String asset(String id, String checksum) {
        return line("AssetV2", assetData(id, checksum));
    }

    @Test
    void keepsWhatIsInOrderAndAcksEachRunByItsLastLine() {
        var last = asset(OTHER, "b");

        sync(user(), asset(PHOTO, "a"), last);

        assertThat(database.count("asset")).isEqualTo(2);
        assertThat(acks)
                .containsExactly(
                        Contract.JSON.readTree(user()).path("ack").asString(),
                        Contract.JSON.readTree(last).path("ack").asString(),
                        "SyncCompleteV1|1");
    }

    @Test
    void breaksOnAChildBeforeItsParent() {
        assertThatThrownBy(() -> sync(asset(PHOTO, "a"), user()))
                .isInstanceOf(AppBroke.class)
                .hasMessageContaining("FOREIGN KEY");
        assertThat(database.count("asset")).isZero();
    }

    @Test
    void breaksOnTwoAssetsOfOneChecksum() {
        assertThatThrownBy(() -> sync(user(), asset(PHOTO, "a"), asset(OTHER, "a")))
                .isInstanceOf(AppBroke.class)
                .hasMessageContaining("UNIQUE");
    }

    @Test
    void breaksOnAnAlbumMemberBeforeTheAlbum() {
        var member = Contract.body("albumId", ALBUM, "userId", ANA, "role", "owner");

        assertThatThrownBy(() -> sync(user(), line("AlbumUserV1", member)))
                .isInstanceOf(AppBroke.class)
                .hasMessageContaining("FOREIGN KEY");
    }

    @ParameterizedTest
    @CsvSource({
        "visibility, '\"public\"'",
        "type, 'null'",
        "checksum, 'null'",
        "width, '\"1\"'",
        "isFavorite, '\"true\"'",
        "duration, '\"0:00:01\"'",
        "createdAt, '\"2024-02-03 10:20\"'",
        "createdAt, '\"2024-02-03T10:20:30\"'",
        "id, '\"22222222\"'",
    })
    void breaksOnAFieldOfAnotherKind(String field, String value) {
        var data = assetData(PHOTO, "a");
        data.set(field, Contract.JSON.readTree(value));

        assertThatThrownBy(() -> sync(user(), line("AssetV2", data)))
                .isInstanceOf(AppBroke.class)
                .hasMessageContaining("SyncAssetV2." + field);
    }

    @Test
    void breaksOnAMissingField() {
        var data = assetData(PHOTO, "a");
        data.remove("isEdited");

        assertThatThrownBy(() -> sync(user(), line("AssetV2", data)))
                .isInstanceOf(AppBroke.class)
                .hasMessageContaining("SyncAssetV2.isEdited is missing");
    }

    @Test
    void breaksOnLinesThatItDidNotAskFor() {
        assertThatThrownBy(() -> sync(user(), line("AssetV1", assetData(PHOTO, "a"))))
                .isInstanceOf(AppBroke.class)
                .hasMessageContaining("AssetV1");
    }

    @Test
    void breaksOnAnEmptyLineAndOnAnUnterminatedOne() {
        assertThatThrownBy(() -> sync(user(), "\n")).hasMessage("an empty line");

        streams.add(user() + COMPLETE.trim());
        assertThatThrownBy(() -> Sync.run(connection, database))
                .hasMessageStartingWith("an unterminated line");
    }

    @Test
    void breaksOnAStreamWithoutItsEndOrBehindIt() {
        streams.add(user());
        assertThatThrownBy(() -> Sync.run(connection, database))
                .hasMessage("the stream ends without SyncCompleteV1");

        streams.add(COMPLETE + user());
        assertThatThrownBy(() -> Sync.run(connection, database))
                .hasMessageStartingWith("a line after the last one");
    }

    @Test
    void startsAgainAfterAReset() {
        sync(user(), asset(PHOTO, "a"));
        acks.clear();
        streams.add(RESET);

        sync(user());

        assertThat(database.count("user")).isOne();
        assertThat(database.count("asset")).isZero();
        assertThat(acks).startsWith("SyncResetV1|reset").endsWith("SyncCompleteV1|1").hasSize(3);
    }

    @Test
    void keepsNothingOfWhatABrokenNetworkDidNotBring() {
        streams.add(user() + asset(PHOTO, "a") + COMPLETE);

        var isDone = Sync.run(connection, database, new Sync.Network(1, 1, -1, false));

        assertThat(isDone).isFalse();
        assertThat(database.count("user")).isOne();
        assertThat(database.count("asset")).isZero();
        assertThat(acks).hasSize(1);
    }

    @Test
    void deletesWithAnAssetWhatHangsOnIt() {
        var value = Contract.body("iCloudId", "cloud");
        var metadata = Contract.body("assetId", PHOTO, "key", "mobile-app", "value", value);
        sync(user(), asset(PHOTO, "a"), line("AssetMetadataV1", metadata));
        assertThat(database.count("asset_metadata")).isOne();

        sync(line("AssetDeleteV1", Contract.body("assetId", PHOTO)));

        assertThat(database.count("asset_metadata")).isZero();
    }
}
