package app.keepsake.immich.sync;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ImmichContract;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A session that syncs, and acks as the Immich app does: the last line of each run of one type. */
class Phone {

    /** One line of a stream. */
    record Line(String type, JsonNode data, String ack) {

        String text(String field) {
            return data.get(field).asString();
        }
    }

    private static final Map<String, String> SCHEMAS =
            Map.of(
                    "PartnerAssetDeleteV1", "SyncAssetDeleteV1",
                    "AlbumToAssetBackfillV1", "SyncAlbumToAssetV1",
                    "AlbumUserBackfillV1", "SyncAlbumUserV1",
                    "PartnerStackV1", "SyncStackV1",
                    "PartnerStackBackfillV1", "SyncStackV1",
                    "PartnerStackDeleteV1", "SyncStackDeleteV1",
                    "MemoryToAssetV1", "SyncMemoryAssetV1",
                    "MemoryToAssetDeleteV1", "SyncMemoryAssetDeleteV1");

    private final MockMvcTester http;
    private final String bearer;

    Phone(MockMvcTester http, Fixtures given, Caller user) {
        this.http = http;
        this.bearer = given.bearer(user);
    }

    /** All lines, in their order; each is held against its schema. */
    List<Line> stream(String... types) {
        var answer = post("stream", Map.of("types", types));
        assertThat(answer).hasStatusOk();
        assertThat(answer.getResponse().getContentType()).startsWith("application/jsonlines+json");
        return lines(answer);
    }

    static List<Line> lines(MvcTestResult answer) {
        var text =
                new String(
                        answer.getResponse().getContentAsByteArray(),
                        java.nio.charset.StandardCharsets.UTF_8);
        assertThat(text).endsWith("}\n");
        return Arrays.stream(text.split("\n")).map(Phone::line).toList();
    }

    private static Line line(String text) {
        var json = JsonMapper.shared().readTree(text);
        var type = json.get("type").asString();
        assertThat(ImmichContract.get().violations(schema(type), json.get("data").toString()))
                .as("%s: %s", type, json)
                .isEmpty();
        return new Line(type, json.get("data"), json.get("ack").asString());
    }

    private static String schema(String type) {
        if (SCHEMAS.containsKey(type)) {
            return SCHEMAS.get(type);
        }
        if (type.contains("Exif")) {
            return "SyncAssetExifV1";
        }
        if (type.startsWith("Sync")) {
            return type;
        }
        return type.matches(".*Asset(Create|Update|Backfill)?V2") ? "SyncAssetV2" : "Sync" + type;
    }

    /** As {@link #stream}, and acks it all. */
    List<Line> sync(String... types) {
        var lines = stream(types);
        ack(lines);
        return lines.stream().filter(line -> !line.type().equals("SyncCompleteV1")).toList();
    }

    /** Lines of one type that follow each other. */
    static List<List<Line>> runs(List<Line> lines) {
        var runs = new ArrayList<List<Line>>();
        int from = 0;
        for (int i = 1; i <= lines.size(); i++) {
            if (i == lines.size() || !lines.get(i).type().equals(lines.get(from).type())) {
                runs.add(lines.subList(from, i));
                from = i;
            }
        }
        return runs;
    }

    /** Syncs until there is nothing new: what else runs may hold the horizon back for a moment. */
    void awaitQuiet(String... types) {
        Awaitility.await().until(() -> sync(types).isEmpty());
    }

    /** The last ack of each run of one type. */
    void ack(List<Line> lines) {
        runs(lines).forEach(run -> ack(run.getLast().ack()));
    }

    void ack(String... acks) {
        assertThat(post("ack", Map.of("acks", acks))).hasStatus(204);
    }

    /** What the server holds of this phone's progress. */
    Map<String, String> marks() {
        var answer = http.get().uri("/api/sync/ack").header("Authorization", bearer).exchange();
        assertThat(answer).hasStatusOk();
        return JsonMapper.shared()
                .readTree(answer.getResponse().getContentAsByteArray())
                .valueStream()
                .collect(
                        Collectors.toMap(
                                mark -> mark.get("type").asString(),
                                mark -> mark.get("ack").asString()));
    }

    MvcTestResult post(String path, Map<String, ?> body) {
        return post(path, JsonMapper.shared().writeValueAsString(body));
    }

    MvcTestResult post(String path, String body) {
        return http.post()
                .uri("/api/sync/" + path)
                .header("Authorization", bearer)
                .header("Accept", "application/jsonlines+json")
                .contentType("application/json")
                .content(body)
                .exchange();
    }

    MvcTestResult forget(String body) {
        var request = http.delete().uri("/api/sync/ack").header("Authorization", bearer);
        return body.isEmpty()
                ? request.exchange()
                : request.contentType("application/json").content(body).exchange();
    }
}
