package phone;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The app's reading of {@code POST /sync/stream}. */
final class Sync {

    /** What the app 3.x asks a server 3.x for. */
    private static final List<String> REQUESTED =
            List.of(
                    "AuthUsersV1",
                    "UsersV1",
                    "AssetsV2",
                    "AssetExifsV1",
                    "AssetEditsV1",
                    "AssetMetadataV1",
                    "PartnersV1",
                    "PartnerAssetsV2",
                    "PartnerAssetExifsV1",
                    "AlbumsV2",
                    "AlbumUsersV1",
                    "AlbumAssetsV2",
                    "AlbumAssetExifsV1",
                    "AlbumToAssetsV1",
                    "MemoriesV1",
                    "MemoryToAssetsV1",
                    "StacksV1",
                    "PartnerStacksV1",
                    "UserMetadataV1",
                    "PeopleV1",
                    "AssetFacesV2",
                    "AssetOcrV1");

    /** Before its first sync, the app lets the server forget what older versions have acked. */
    private static final List<List<String>> FORGOTTEN =
            List.of(
                    List.of("AlbumV1"),
                    List.of(
                            "AssetExifV1",
                            "PartnerAssetExifV1",
                            "AlbumAssetExifCreateV1",
                            "AlbumAssetExifUpdateV1"),
                    List.of(
                            "AssetV1",
                            "PartnerAssetV1",
                            "AlbumAssetCreateV1",
                            "AlbumAssetUpdateV1"),
                    List.of("AssetV1", "AssetV2"));

    private static final Set<String> LAST = Set.of("SyncCompleteV1", "SyncResetV1");

    /**
     * The network that a sync meets.
     *
     * @param batch after how many lines the app applies what it has; 5000 in the real one
     * @param cutAfter the connection breaks after so many lines; -1 = it holds
     * @param lostAck the app applies its ack of this number (from 0) and the network breaks; -1 =
     *     it holds
     * @param isAckHeard whether that ack reached the server before the answer was lost
     */
    record Network(int batch, int cutAfter, int lostAck, boolean isAckHeard) {

        static final Network GOOD = new Network(5000, -1, -1, false);
    }

    private record Line(String type, JsonNode data, String ack) {}

    /** The network broke, by {@link Network}: the app tries again later. */
    private static final class Broken extends Exception {
        Broken() {
            super("the network is gone");
        }
    }

    private final Connection connection;
    private final LocalDatabase database;
    private final Network network;
    private int acks;
    private boolean isReset;
    private boolean isEnded;

    private Sync(Connection connection, LocalDatabase database, Network network) {
        this.connection = connection;
        this.database = database;
        this.network = network;
    }

    static void forgetOldVersions(Connection connection) {
        for (var types : FORGOTTEN) {
            connection.call("DELETE", "/sync/ack", Contract.body("types", types));
        }
    }

    /** Runs to the end, whatever it takes. */
    static void run(Connection connection, LocalDatabase database) {
        if (!run(connection, database, Network.GOOD)) {
            throw new AppBroke("the sync has not come to its end");
        }
    }

    /** Runs as far as the network allows, and says whether that was to the end. */
    static boolean run(Connection connection, LocalDatabase database, Network network) {
        try {
            for (int run = 0; run < 2; run++) {
                var sync = new Sync(connection, database, network);
                sync.stream();
                if (!sync.isReset) {
                    return true;
                }
            }
        } catch (Broken | IOException broken) {
            return false;
        }
        throw new AppBroke("a reset was answered by another reset");
    }

    private void stream() throws IOException, Broken {
        var lines = new ArrayList<Line>();
        var read = 0;
        try (var stream =
                new BufferedInputStream(
                        connection.lines("/sync/stream", Contract.body("types", REQUESTED)))) {
            for (var text = line(stream); text != null; text = line(stream)) {
                if (isEnded) {
                    throw new AppBroke("a line after the last one: " + text);
                }
                if (read++ == network.cutAfter()) {
                    throw new Broken();
                }
                var line = parse(text);
                isEnded = LAST.contains(line.type());
                lines.add(line);
                if (lines.size() == network.batch()) {
                    apply(lines);
                    lines.clear();
                }
            }
        }
        apply(lines);
        if (!isEnded) {
            throw new AppBroke("the stream ends without SyncCompleteV1");
        }
    }

    /** Applies runs of one type together, and acks each by its last line. */
    private void apply(List<Line> lines) throws Broken {
        int from = 0;
        for (int i = 1; i <= lines.size(); i++) {
            if (i == lines.size() || !lines.get(i).type().equals(lines.get(from).type())) {
                var run = lines.subList(from, i);
                applyRun(run.getFirst().type(), run.stream().map(Line::data).toList());
                ack(run.getLast().ack());
                from = i;
            }
        }
    }

    private void applyRun(String type, List<JsonNode> data) {
        switch (type) {
            case "SyncAckV1", "SyncCompleteV1" -> {}
            case "SyncResetV1" -> {
                isReset = true;
                database.wipe();
            }
            default -> database.apply(type, data);
        }
    }

    private void ack(String ack) throws Broken {
        var isLost = acks++ == network.lostAck();
        if (!isLost || network.isAckHeard()) {
            connection.call("POST", "/sync/ack", Contract.body("acks", List.of(ack)));
        }
        if (isLost) {
            throw new Broken();
        }
    }

    private static Line parse(String text) {
        try {
            var line = Contract.JSON.readTree(text);
            var type = line.path("type");
            var data = line.path("data");
            var ack = line.path("ack");
            if (!type.isString() || !data.isObject() || !ack.isString()) {
                throw new AppBroke("not a line of a sync: " + text);
            }
            return new Line(type.asString(), data, ack.asString());
        } catch (JacksonException e) {
            throw new AppBroke("not a line of a sync: " + text, e);
        }
    }

    /** The next line, null at the end of all. */
    private static @Nullable String line(InputStream stream) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int b = stream.read(); b != '\n'; b = stream.read()) {
            if (b < 0) {
                if (bytes.size() > 0) {
                    throw new AppBroke("an unterminated line: " + bytes);
                }
                return null;
            }
            bytes.write(b);
        }
        try {
            var text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes.toByteArray()))
                            .toString();
            if (text.isBlank()) {
                throw new AppBroke("an empty line");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new AppBroke("not UTF-8", e);
        }
    }
}
