package app.keepsake.immich.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The stream as phones read it. */
class SyncControllerTests extends SyncTest {

    /** Backwards, and some twice. */
    private static final String[] ALL = {
        "AssetEditsV1",
        "AssetMetadataV1",
        "UserMetadataV1",
        "AssetFacesV2",
        "PeopleV1",
        "AssetsV2",
        "MemoryToAssetsV1",
        "MemoriesV1",
        "PartnerAssetExifsV1",
        "AssetOcrV1",
        "AlbumAssetExifsV1",
        "AssetExifsV1",
        "AlbumToAssetsV1",
        "AlbumUsersV1",
        "AlbumsV2",
        "AlbumsV1",
        "AlbumAssetsV2",
        "PartnerStacksV1",
        "PartnerAssetsV2",
        "StacksV1",
        "AssetsV2",
        "PartnersV1",
        "UsersV1",
        "AuthUsersV1",
        "AuthUsersV1"
    };

    @Test
    void aLineEndsWithALineFeedAndTheLastOneSaysThatItIs() {
        var asset =
                given.asset(ana, Map.of("thumbhash", "\\x0102", "original_file_name", "a\nb\"ü"));
        var answer = phone.post("stream", Map.of("types", List.of("AssetsV2", "AuthUsersV1")));
        assertThat(answer.getResponse().getContentType()).isEqualTo("application/jsonlines+json");
        var text = new String(answer.getResponse().getContentAsByteArray(), StandardCharsets.UTF_8);
        assertThat(text.lines()).hasSize(3);
        assertThat(text).endsWith("}\n").doesNotContain("\n\n");
        var lines = Phone.lines(answer);
        assertThat(lines)
                .extracting(Phone.Line::type)
                .containsExactly("AuthUserV1", "AssetV2", "SyncCompleteV1");
        var told = lines.get(1);
        assertThat(told.text("id")).isEqualTo(asset.toString());
        assertThat(told.text("originalFileName")).isEqualTo("a\nb\"ü");
    }

    @Test
    void anAssetIsToldInTheFormsThatTheAppReads() {
        var asset =
                given.asset(
                        ana,
                        Map.of(
                                "thumbhash", "\\x0102",
                                "file_created_at", "2024-05-06T07:08:09.123987+02:00",
                                "local_date_time", "2024-05-06T23:08:09",
                                "duration_ms", "1500"));
        var checksum = new byte[20];
        new Random().nextBytes(checksum);
        sharing.sql("update asset set checksum = ? where id = ?", checksum, asset);
        var told = phone.sync("AssetsV2").getFirst();
        assertThat(told.text("checksum"))
                .isEqualTo(Base64.getEncoder().encodeToString(checksum))
                .hasSize(28);
        assertThat(told.text("thumbhash"))
                .isEqualTo(Base64.getEncoder().encodeToString(new byte[] {1, 2}));
        assertThat(told.text("fileCreatedAt")).isEqualTo("2024-05-06T05:08:09.123Z");
        // A wall clock, written as if it were UTC.
        assertThat(told.text("localDateTime")).isEqualTo("2024-05-06T23:08:09.000Z");
        assertThat(told.data().get("duration").isInt()).isTrue();
        assertThat(told.data().get("duration").asInt()).isEqualTo(1500);
        assertThat(told.data().get("deletedAt").isNull()).isTrue();
        assertThat(told.data().get("stackId").isNull()).isTrue();
    }

    @Test
    void ownAssetsOfEveryVisibilityAreToldAndThoseInTheTrash() {
        for (var visibility : List.of("timeline", "archive", "hidden", "locked")) {
            given.asset(ana, Map.of("visibility", visibility));
        }
        given.asset(ana, Map.of("deleted_at", "2024-01-01T00:00:00Z", "status", "trashed"));
        var lines = phone.sync("AssetsV2");
        assertThat(lines)
                .extracting(line -> line.text("visibility"))
                .containsExactly("timeline", "archive", "hidden", "locked", "timeline");
        assertThat(lines.getLast().text("deletedAt")).isEqualTo("2024-01-01T00:00:00.000Z");
    }

    /** One of everything, then all of it gone. */
    @Test
    void everyKindOfThingIsToldInTheOrderOfForeignKeysAndSoIsItsEnd() {
        var mine = given.asset(ana, Map.of());
        var theirs = given.asset(bob, Map.of());
        sharing.exif(mine);
        sharing.exif(theirs);
        sharing.stack(ana, mine);
        sharing.stack(bob, theirs);
        sharing.partner(bob, ana);
        var album = sharing.album(bob, ana);
        sharing.put(album, theirs);
        var memory = sharing.memory(ana);
        sharing.sql("insert into memory_asset values (?, ?)", memory, mine);
        var person =
                sharing.insert(
                        "person (owner_id, name, birth_date) values ('%s', 'Cleo', '1990-02-03')"
                                .formatted(ana.userId()));
        sharing.sql(
                """
                insert into asset_face (asset_id, person_id, image_width, image_height,
                    bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2)
                values (?, ?, 1, 2, 3, 4, 5, 6)
                """,
                mine,
                person);
        sharing.sql(
                """
                insert into ocr (asset_id, x1, y1, x2, y2, x3, y3, x4, y4, box_score, text_score, text)
                values (?, 0.1, 0, 0, 0, 0, 0, 0, 0, 0.5, 0.75, 'EXIT')
                """,
                mine);
        sharing.sql(
                "insert into user_metadata values (?, 'preferences', '{\"tags\": {\"enabled\": true}}')",
                ana.userId());
        sharing.sql(
                "insert into asset_metadata values (?, 'mobile-app', '{\"iCloudId\": \"x\"}')",
                mine);
        sharing.sql(
                "insert into asset_edit (asset_id, action, parameters, sequence)"
                        + " values (?, 'rotate', '{\"angle\": 90}', 1)",
                mine);
        var told = phone.sync(ALL);
        assertThat(types(told))
                .filteredOn(type -> !type.equals("UserDeleteV1"))
                .containsExactly(
                        "AuthUserV1",
                        "UserV1",
                        "PartnerV1",
                        "AssetV2",
                        "StackV1",
                        "PartnerAssetV2",
                        "PartnerStackV1",
                        "SyncAckV1",
                        "AlbumAssetCreateV2",
                        "AlbumV1",
                        "AlbumV2",
                        "AlbumUserV1",
                        "AlbumToAssetV1",
                        "AssetExifV1",
                        "SyncAckV1",
                        "AlbumAssetExifCreateV1",
                        "AssetOcrV1",
                        "PartnerAssetExifV1",
                        "MemoryV1",
                        "MemoryToAssetV1",
                        "PersonV1",
                        "AssetFaceV2",
                        "UserMetadataV1",
                        "AssetMetadataV1",
                        "AssetEditV1");
        assertThat(only(told, "PersonV1").text("birthDate")).isEqualTo("1990-02-03T00:00:00.000Z");
        assertThat(only(told, "UserMetadataV1").data().get("value").toString())
                .isEqualTo("{\"tags\":{\"enabled\":true}}");
        assertThat(only(told, "AlbumV1").text("ownerId")).isEqualTo(bob.userId().toString());

        for (var table :
                List.of("asset_edit", "asset_metadata", "ocr", "asset_face", "memory_asset")) {
            sharing.sql("delete from %s where asset_id = ?".formatted(table), mine);
        }
        for (var table : List.of("memory", "person", "stack")) {
            sharing.sql("delete from %s where owner_id = ?".formatted(table), ana.userId());
        }
        sharing.sql("delete from stack where owner_id = ?", bob.userId());
        sharing.sql("delete from user_metadata where user_id = ?", ana.userId());
        sharing.take(album, theirs);
        var members = sharing.album(bob, ana, cleo);
        phone.sync("AlbumsV2", "AlbumUsersV1", "UsersV1");
        sharing.leave(members, cleo);
        sharing.leave(album, ana);
        sharing.delete(theirs);
        sharing.noPartner(bob, ana);
        sharing.delete(mine);
        sharing.sql("delete from \"user\" where id = ?", cleo.userId());
        assertThat(types(phone.sync(ALL)))
                .contains(
                        "UserDeleteV1",
                        "PartnerDeleteV1",
                        "AssetDeleteV1",
                        "StackDeleteV1",
                        "PartnerAssetDeleteV1",
                        "PartnerStackDeleteV1",
                        "AlbumDeleteV1",
                        "AlbumUserDeleteV1",
                        "AssetOcrDeleteV1",
                        "MemoryDeleteV1",
                        "PersonDeleteV1",
                        "AssetFaceDeleteV1",
                        "UserMetadataDeleteV1",
                        "AssetMetadataDeleteV1",
                        "AssetEditDeleteV1");
    }

    /** The types of the runs, as a phone sees them. */
    private static List<String> types(List<Phone.Line> lines) {
        return Phone.runs(lines).stream().map(run -> run.getFirst().type()).toList();
    }

    private static Phone.Line only(List<Phone.Line> lines, String type) {
        var found = lines.stream().filter(line -> line.type().equals(type)).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    @Test
    void aChildThatGoesAloneIsToldOf() {
        var mine = given.asset(ana, Map.of());
        var memory = sharing.memory(ana);
        sharing.sql("insert into memory_asset values (?, ?)", memory, mine);
        var album = sharing.album(ana);
        sharing.put(album, mine);
        phone.sync(ALL);
        sharing.sql("delete from memory_asset where memory_id = ?", memory);
        sharing.take(album, mine);
        var gone = phone.sync("MemoryToAssetsV1", "AlbumToAssetsV1");
        assertThat(only(gone, "MemoryToAssetDeleteV1").text("memoryId"))
                .isEqualTo(memory.toString());
        assertThat(only(gone, "AlbumToAssetDeleteV1").text("assetId")).isEqualTo(mine.toString());
    }

    @Test
    void theHashOfAPinNeverLeavesTheServer() {
        assertThat(phone.sync("AuthUsersV1").getFirst().data().get("pinCode").isNull()).isTrue();
        sharing.sql(
                "update \"user\" set pin_code = '{bcrypt}$2a$10$secret' where id = ?",
                ana.userId());
        var told = phone.sync("AuthUsersV1").getFirst();
        assertThat(told.data().toString()).doesNotContain("secret").doesNotContain("bcrypt");
        assertThat(told.data().get("pinCode").isNull()).isFalse();
    }

    @Test
    void onlyOneselfIsTheAuthUserAndEveryoneIsAUserTheDeletedToo() {
        sharing.sql("update \"user\" set deleted_at = now() where id = ?", bob.userId());
        var lines = phone.sync("AuthUsersV1", "UsersV1");
        assertThat(only(lines, "AuthUserV1").text("id")).isEqualTo(ana.userId().toString());
        var deleted =
                lines.stream()
                        .filter(line -> line.type().equals("UserV1"))
                        .filter(line -> line.text("id").equals(bob.userId().toString()))
                        .findFirst()
                        .orElseThrow();
        assertThat(deleted.data().get("deletedAt").isNull()).isFalse();
        assertThat(lines).extracting(Phone.Line::type).contains("UserV1");
    }

    @Test
    void nothingOfOthersIsToldUnlessItIsShared() {
        var theirs = given.asset(bob, Map.of());
        sharing.exif(theirs);
        sharing.stack(bob, theirs);
        sharing.put(sharing.album(bob), theirs);
        sharing.memory(bob);
        sharing.partner(bob, cleo);
        sharing.partner(ana, bob); // the other way round
        var lines = phone.sync(ALL);
        assertThat(lines)
                .extracting(Phone.Line::type)
                .filteredOn(type -> !type.startsWith("User"))
                .containsExactly("AuthUserV1", "PartnerV1");
    }

    @Test
    void aCoverIsToldOnlyWhileItIsInTheAlbum() {
        var theirs = given.asset(bob, Map.of());
        var album = sharing.album(bob, ana);
        sharing.put(album, theirs);
        sharing.sql("update album set album_thumbnail_asset_id = ? where id = ?", theirs, album);
        assertThat(only(phone.sync("AlbumsV2"), "AlbumV2").text("thumbnailAssetId"))
                .isEqualTo(theirs.toString());
        sharing.take(album, theirs);
        sharing.sql("update album set album_thumbnail_asset_id = ? where id = ?", theirs, album);
        var told = only(phone.sync("AlbumsV2"), "AlbumV2");
        assertThat(told.data().get("thumbnailAssetId").isNull()).isTrue();
    }

    @Test
    void aReplacedPhotoOfTheSameBytesComesAfterTheEndOfTheOldOne() {
        var old = given.asset(ana, Map.of());
        phone.awaitQuiet("AssetsV2");
        var next = sharing.replace(old, given.asset(ana, Map.of()));
        assertThat(phone.sync("AssetsV2"))
                .extracting(
                        Phone.Line::type,
                        line -> line.text(line.data().has("id") ? "id" : "assetId"))
                .containsExactly(
                        tuple("AssetDeleteV1", old.toString()), tuple("AssetV2", next.toString()));
    }
}
