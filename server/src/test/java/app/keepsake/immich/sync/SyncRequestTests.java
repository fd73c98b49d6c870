package app.keepsake.immich.sync;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Permission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** What a phone may ask for, ack and forget, and what is refused. */
class SyncRequestTests extends SyncTest {

    @Test
    void everySessionHasItsOwnMarks() {
        given.asset(ana, Map.of());
        var tablet = new Phone(http, users, ana);
        assertThat(phone.sync("AssetsV2")).hasSize(1);
        assertThat(tablet.marks()).isEmpty();
        assertThat(tablet.sync("AssetsV2")).hasSize(1);
        phone.awaitQuiet("AssetsV2");
    }

    @Test
    void marksAreKeptUntilTheyAreForgotten() {
        phone.sync("AuthUsersV1");
        assertThat(phone.marks()).containsOnlyKeys("AuthUserV1", "SyncCompleteV1");
        assertThat(phone.forget("{\"types\": [\"AuthUserV1\", \"AssetV1\"]}")).hasStatus(204);
        assertThat(phone.marks()).containsOnlyKeys("SyncCompleteV1");
        assertThat(phone.sync("AuthUsersV1")).hasSize(1);
        assertThat(phone.forget("{\"types\": []}")).hasStatus(204);
        assertThat(phone.marks()).hasSize(2);
        assertThat(phone.forget("{}")).hasStatus(204);
        assertThat(phone.marks()).isEmpty();
        phone.sync("AuthUsersV1");
        assertThat(phone.forget("")).hasStatus(204);
        assertThat(phone.marks()).isEmpty();
    }

    /** What the app says before its first sync, to a server that has nothing stored. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"AlbumV1\"",
                "\"AssetExifV1\", \"PartnerAssetExifV1\", \"AlbumAssetExifCreateV1\", \"AlbumAssetExifUpdateV1\"",
                "\"AssetV1\", \"PartnerAssetV1\", \"AlbumAssetCreateV1\", \"AlbumAssetUpdateV1\"",
                "\"AssetV1\", \"AssetV2\""
            })
    void whatIsNotStoredIsForgottenToo(String types) {
        assertThat(phone.forget("{\"types\": [%s]}".formatted(types))).hasStatus(204);
    }

    @ParameterizedTest
    @CsvSource({
        "AssetsV1, AssetsV2",
        "PartnerAssetsV1, PartnerAssetsV2",
        "AlbumAssetsV1, AlbumAssetsV2",
        "AssetFacesV1, AssetFacesV2"
    })
    void olderFormsAreRefusedByName(String older, String newer) {
        var answer = phone.post("stream", Map.of("types", List.of(older)));
        assertThat(answer).hasStatus(400);
        assertThat(answer)
                .bodyJson()
                .extractingPath("message")
                .asString()
                .contains(older)
                .contains("deprecated")
                .contains(newer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"types\": [\"AssetsV9\"]}",
                "{\"types\": [null]}",
                "{\"types\": [\"ASSETS_V2\"]}",
                "{\"types\": \"AssetsV2\"}",
                "{}",
                "[]",
                "{\"types\": [\"AssetsV2\"], \"reset\": \"maybe\"}"
            })
    void aRequestThatMakesNoSenseIsRefusedAndChangesNothing(String body) {
        phone.sync("AuthUsersV1");
        var marks = phone.marks();
        assertThat(phone.post("stream", body)).hasStatus(400);
        assertThat(phone.marks()).isEqualTo(marks);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AssetV2",
                "AssetV2|",
                "AssetV2|x|1.1",
                "AssetV2|" + AN_ID,
                "AssetV2|" + AN_ID + "|",
                "AssetV2|" + AN_ID + "|1",
                "AssetV2|" + AN_ID + "|1.-1",
                "AssetV2|" + AN_ID + "|1.99999999999999999999",
                "AssetV2|" + AN_ID + "|1.1|more",
                "PartnerAssetBackfillV2|" + AN_ID + "|1.1",
                "PartnerAssetBackfillV2|" + AN_ID + "|1.1.done",
                "SyncCompleteV1|" + AN_ID,
                "SyncResetV1|" + AN_ID
            })
    void anAckThatNoLineCarriedIsRefused(String ack) {
        phone.sync("AuthUsersV1");
        var marks = phone.marks();
        assertThat(phone.post("ack", Map.of("acks", List.of(ack)))).hasStatus(400);
        assertThat(phone.marks()).isEqualTo(marks);
    }

    @Test
    void anUnknownTypeIsNamedAsImmichNamesIt() {
        var answer = phone.post("ack", Map.of("acks", List.of("NothingV1|" + AN_ID)));
        assertThat(answer).hasStatus(400);
        assertThat(answer)
                .bodyJson()
                .extractingPath("message")
                .isEqualTo("Invalid ack type: NothingV1");
        assertThat(phone.forget("{\"types\": [\"NothingV1\"]}")).hasStatus(400);
    }

    @Test
    void aThousandAcksAreTakenAtOnceAndTheLastOfATypeCounts() {
        given.asset(ana, Map.of());
        given.asset(ana, Map.of());
        var lines = phone.stream("AssetsV2");
        var acks = new ArrayList<>(Collections.nCopies(999, lines.get(0).ack()));
        acks.add(lines.get(1).ack());
        assertThat(phone.post("ack", Map.of("acks", acks))).hasStatus(204);
        assertThat(phone.marks()).isEqualTo(Map.of("AssetV2", lines.get(1).ack()));
        acks.add(lines.get(0).ack());
        assertThat(phone.post("ack", Map.of("acks", acks))).hasStatus(400);
        assertThat(phone.marks()).isEqualTo(Map.of("AssetV2", lines.get(1).ack()));
    }

    @ParameterizedTest
    @CsvSource({
        "POST, stream, '{\"types\": [\"UsersV1\"]}'",
        "GET, ack, ''",
        "POST, ack, '{\"acks\": []}'",
        "DELETE, ack, '{}'"
    })
    void anApiKeyHasNoPlaceToKeepMarks(String method, String path, String body) {
        var key = users.apiKey(ana, Permission.ALL);
        var answer = byKey(key, method, path, body);
        assertThat(answer).hasStatus(403);
        assertThat(answer)
                .bodyJson()
                .extractingPath("message")
                .isEqualTo("Sync endpoints cannot be used with API keys");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, stream, sync.stream",
        "GET, ack, syncCheckpoint.read",
        "POST, ack, syncCheckpoint.update",
        "DELETE, ack, syncCheckpoint.delete"
    })
    void anApiKeyWithoutThePermissionIsToldWhichOne(String method, String path, String permission) {
        var key = users.apiKey(ana, Permission.ASSET_READ);
        var answer = byKey(key, method, path, "{\"types\": [], \"acks\": []}");
        assertThat(answer).hasStatus(403);
        assertThat(answer).bodyText().contains(permission);
    }

    private MvcTestResult byKey(String key, String method, String path, String body) {
        return http.method(HttpMethod.valueOf(method))
                .uri("/api/sync/" + path)
                .header("x-api-key", key)
                .contentType("application/json")
                .content(body)
                .exchange();
    }
}
