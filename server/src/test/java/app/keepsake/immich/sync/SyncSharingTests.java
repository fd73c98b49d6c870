package app.keepsake.immich.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a phone is told of others' things, when they are shared and while they change. */
class SyncSharingTests extends SyncTest {

    @Test
    void aPartnersTimelineIsSharedTheirTrashTooAndNoArchiveOrLockedAsset() {
        sharing.partner(bob, ana);
        var moving = given.asset(bob, Map.of("visibility", "hidden"));
        var shown =
                given.asset(
                        bob,
                        Map.of("is_favorite", "true", "live_photo_video_id", moving.toString()));
        var trashed =
                given.asset(bob, Map.of("deleted_at", "2024-01-01T00:00:00Z", "status", "trashed"));
        var archived = given.asset(bob, Map.of("visibility", "archive"));
        var locked = given.asset(bob, Map.of("visibility", "locked"));
        for (var asset : List.of(shown, moving, archived, locked)) {
            sharing.exif(asset);
            sharing.stack(bob, asset);
        }
        var lines = phone.sync("PartnerAssetsV2", "PartnerAssetExifsV1");
        // The order of their last changes; all but the trashed one were stacked since.
        assertLines(lines)
                .containsExactly(
                        line("PartnerAssetV2", trashed),
                        line("PartnerAssetV2", shown),
                        line("PartnerAssetV2", moving),
                        line("PartnerAssetExifV1", shown),
                        line("PartnerAssetExifV1", moving));
        assertThat(lines.get(0).text("deletedAt")).isEqualTo("2024-01-01T00:00:00.000Z");
        assertThat(lines.get(1).data().get("isFavorite").asBoolean()).isFalse();
        assertThat(phone.sync("PartnerStacksV1"))
                .extracting(line -> line.text("primaryAssetId"))
                .containsExactly(shown.toString(), moving.toString());
    }

    @Test
    void aMovingHalfLeavesAPartnersTimelineWithItsStillAndComesBackWithIt() {
        sharing.partner(bob, ana);
        var film = given.asset(bob, Map.of("type", "VIDEO", "visibility", "hidden"));
        sharing.exif(film);
        assertLines(phone.sync(PARTNERS)).doesNotContain(line("PartnerAssetV2", film));
        var still = given.asset(bob, Map.of("live_photo_video_id", film.toString()));
        assertLines(phone.sync(PARTNERS))
                .contains(
                        line("PartnerAssetV2", still),
                        line("PartnerAssetV2", film),
                        line("PartnerAssetExifV1", film));
        phone.awaitQuiet(PARTNERS);
        for (var visibility : List.of("archive", "locked")) {
            sharing.show(still, visibility);
            assertLines(phone.sync(PARTNERS))
                    .containsExactlyInAnyOrder(
                            line("PartnerAssetDeleteV1", still),
                            line("PartnerAssetDeleteV1", film));
            phone.awaitQuiet(PARTNERS);
            sharing.show(still, "timeline");
            assertLines(phone.sync(PARTNERS))
                    .containsExactlyInAnyOrder(
                            line("PartnerAssetV2", still),
                            line("PartnerAssetV2", film),
                            line("PartnerAssetExifV1", film));
            phone.awaitQuiet(PARTNERS);
        }
    }

    @Test
    void whatLeavesAPartnersTimelineIsGoneAndComesBackWhole() {
        sharing.partner(bob, ana);
        var asset = given.asset(bob, Map.of());
        sharing.exif(asset);
        var stack = sharing.stack(bob, asset);
        phone.awaitQuiet(PARTNERS);
        for (var visibility : List.of("archive", "locked")) {
            sharing.show(asset, visibility);
            assertLines(phone.sync(PARTNERS))
                    .containsExactly(
                            line("PartnerAssetDeleteV1", asset),
                            line("PartnerStackDeleteV1", stack));
            phone.awaitQuiet(PARTNERS);
            sharing.show(asset, "timeline");
            assertLines(phone.sync(PARTNERS))
                    .containsExactly(
                            line("PartnerAssetV2", asset),
                            line("PartnerStackV1", stack),
                            line("PartnerAssetExifV1", asset));
            phone.awaitQuiet(PARTNERS);
        }
        sharing.delete(asset);
        assertLines(phone.sync("PartnerAssetsV2"))
                .containsExactly(line("PartnerAssetDeleteV1", asset));
    }

    @Test
    void aPartnersStackIsSeenAsItsFirstAssetIs() {
        sharing.partner(bob, ana);
        var shown = given.asset(bob, Map.of());
        var archived = given.asset(bob, Map.of("visibility", "archive"));
        var stack = sharing.stack(bob, shown);
        phone.awaitQuiet(PARTNERS);
        sharing.sql("update stack set primary_asset_id = ? where id = ?", archived, stack);
        assertLines(phone.sync("PartnerStacksV1"))
                .containsExactly(line("PartnerStackDeleteV1", stack));
        phone.awaitQuiet(PARTNERS);
        sharing.sql("update stack set primary_asset_id = ? where id = ?", shown, stack);
        assertLines(phone.sync("PartnerStacksV1")).containsExactly(line("PartnerStackV1", stack));
    }

    /** What was there before the partner was: behind the phone's mark, so it must be fetched. */
    @Test
    void aNewPartnersOldAssetsAreFilledIn() {
        sharing.partner(cleo, ana);
        var old = given.asset(bob, Map.of());
        sharing.exif(old);
        var stack = sharing.stack(bob, old);
        var later = given.asset(cleo, Map.of());
        sharing.exif(later);
        sharing.stack(cleo, later);
        phone.awaitQuiet(PARTNERS);
        sharing.partner(bob, ana);
        assertLines(phone.sync(PARTNERS))
                .containsExactly(
                        line("PartnerV1", bob.userId()),
                        line("PartnerAssetBackfillV2", old),
                        line("PartnerStackBackfillV1", stack),
                        line("PartnerAssetExifBackfillV1", old));
        phone.awaitQuiet(PARTNERS);
    }

    @Test
    void aFillingInThatBreaksOffGoesOnWhereItWas() {
        sharing.partner(cleo, ana);
        var assets = List.of(0, 1, 2).stream().map(_ -> given.asset(bob, Map.of())).toList();
        given.asset(cleo, Map.of());
        phone.awaitQuiet("PartnerAssetsV2");
        sharing.partner(bob, ana);
        var lines = phone.stream("PartnerAssetsV2");
        phone.ack(lines.subList(0, 2));
        assertLines(phone.sync("PartnerAssetsV2"))
                .containsExactly(line("PartnerAssetBackfillV2", assets.get(2)));
        phone.awaitQuiet("PartnerAssetsV2");
    }

    @Test
    void aSecondNewPartnerIsFilledInAfterTheFirstIsComplete() {
        sharing.partner(cleo, ana);
        var first = given.asset(bob, Map.of());
        var dan = users.user();
        var second = given.asset(dan, Map.of());
        given.asset(cleo, Map.of());
        phone.awaitQuiet("PartnerAssetsV2");
        sharing.partner(bob, ana);
        phone.awaitQuiet("PartnerAssetsV2");
        sharing.partner(dan, ana);
        assertLines(phone.sync("PartnerAssetsV2"))
                .containsExactly(line("PartnerAssetBackfillV2", second))
                .doesNotContain(line("PartnerAssetBackfillV2", first));
    }

    /** Nothing of the type was ever acked: all of it comes as changes, and is not sent twice. */
    @Test
    void theFirstSyncFillsNothingInAndTheSecondNeither() {
        sharing.partner(bob, ana);
        var asset = given.asset(bob, Map.of());
        assertLines(phone.sync("PartnerAssetsV2")).containsExactly(line("PartnerAssetV2", asset));
        phone.awaitQuiet("PartnerAssetsV2");
        assertThat(phone.marks()).containsKey("PartnerAssetBackfillV2");
        given.asset(bob, Map.of());
        assertThat(phone.sync("PartnerAssetsV2"))
                .extracting(Phone.Line::type)
                .containsExactly("PartnerAssetV2");
    }

    @Test
    void anAlbumIsFilledInForWhoJoinsIt() {
        var old = given.asset(bob, Map.of("is_favorite", "true"));
        sharing.exif(old);
        var album = sharing.album(bob, cleo);
        sharing.put(album, old);
        var known = sharing.album(ana, cleo);
        var mine = given.asset(ana, Map.of("is_favorite", "true"));
        sharing.exif(mine);
        sharing.put(known, mine);
        phone.awaitQuiet(ALBUMS);
        sharing.join(album, ana);
        var lines = phone.sync(ALBUMS);
        assertLines(lines)
                .containsExactly(
                        line("AlbumAssetBackfillV2", old),
                        line("AlbumV2", album),
                        // Those who were in it before, and then the row that let the phone in.
                        line("AlbumUserBackfillV1", bob.userId()),
                        line("AlbumUserBackfillV1", cleo.userId()),
                        line("AlbumUserV1", ana.userId()),
                        tuple("AlbumToAssetBackfillV1", old.toString()),
                        line("AlbumAssetExifBackfillV1", old));
        assertThat(lines.getFirst().data().get("isFavorite").asBoolean()).isFalse();
        phone.awaitQuiet(ALBUMS);
    }

    @Test
    void oneLikesOnesOwnAssetsInAnAlbumToo() {
        var mine = given.asset(ana, Map.of("is_favorite", "true"));
        sharing.put(sharing.album(bob, ana), mine);
        var told = phone.sync("AlbumAssetsV2");
        assertThat(told.getLast().data().get("isFavorite").asBoolean()).isTrue();
    }

    @Test
    void theOwnerIsAmongTheMembers() {
        var album = sharing.album(bob, ana);
        assertThat(phone.sync("AlbumUsersV1"))
                .extracting(
                        line -> line.text("albumId"),
                        line -> line.text("userId"),
                        line -> line.text("role"))
                .containsExactly(
                        tuple(album.toString(), bob.userId().toString(), "owner"),
                        tuple(album.toString(), ana.userId().toString(), "editor"));
    }

    @Test
    void aChangedAssetOfAnAlbumIsAnUpdateAndANewOneIsNot() {
        var album = sharing.album(bob, ana);
        var known = given.asset(bob, Map.of());
        sharing.exif(known);
        sharing.put(album, known);
        var first = phone.sync("AlbumAssetsV2", "AlbumAssetExifsV1");
        assertLines(first)
                .containsExactly(
                        MARK,
                        line("AlbumAssetCreateV2", known),
                        MARK,
                        line("AlbumAssetExifCreateV1", known));
        assertThat(first.getFirst().ack()).startsWith("AlbumAssetUpdateV2|");
        phone.awaitQuiet("AlbumAssetsV2", "AlbumAssetExifsV1");
        sharing.sql("update asset set is_favorite = true where id = ?", known);
        sharing.sql("update asset_exif set city = 'Oslo' where asset_id = ?", known);
        var next = given.asset(bob, Map.of());
        sharing.put(album, next);
        assertLines(phone.sync("AlbumAssetsV2", "AlbumAssetExifsV1"))
                .containsExactly(
                        line("AlbumAssetUpdateV2", known),
                        MARK,
                        line("AlbumAssetCreateV2", next),
                        line("AlbumAssetExifUpdateV1", known));
        phone.awaitQuiet("AlbumAssetsV2", "AlbumAssetExifsV1");
        // Read from the file only after the asset was in the album.
        sharing.exif(next);
        assertThat(phone.sync("AlbumAssetExifsV1"))
                .filteredOn(line -> !line.type().equals("SyncAckV1"))
                .extracting(SyncTest::idOf)
                .containsExactly(next.toString());
        phone.awaitQuiet("AlbumAssetsV2", "AlbumAssetExifsV1");
    }

    /**
     * In the real app, a photo uploaded again under a new id breaks on the old one of its checksum.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAlbumsDeletedPhotoIsGoneBeforeItsSuccessorComes(boolean fromAnotherAlbum) {
        var album = sharing.album(bob, ana);
        var old = given.asset(bob, Map.of());
        sharing.put(album, old);
        phone.awaitQuiet("PartnerAssetsV2", "AlbumAssetsV2");
        if (fromAnotherAlbum) {
            sharing.leave(album, ana);
            album = sharing.album(bob, ana);
        }
        var next = sharing.replace(old, given.asset(bob, Map.of()));
        sharing.put(album, next);
        assertLines(phone.sync("AlbumAssetsV2", "PartnerAssetsV2"))
                .filteredOn(line -> !line.equals(MARK))
                .containsExactly(
                        line("PartnerAssetDeleteV1", old), line("AlbumAssetCreateV2", next));
    }

    /** A phone keeps one row of an asset, however many ways it sees it. */
    @Test
    void whatIsSeenAnotherWayIsNotEnded() {
        sharing.partner(bob, ana);
        var asset = given.asset(bob, Map.of());
        var one = sharing.album(bob, ana);
        var two = sharing.album(bob, ana);
        sharing.put(one, asset);
        sharing.put(two, asset);
        var all = new String[] {"PartnerAssetsV2", "AlbumAssetsV2", "AlbumToAssetsV1"};
        phone.awaitQuiet(all);
        sharing.show(asset, "archive"); // in albums still
        assertLines(phone.sync(all)).containsExactly(line("AlbumAssetUpdateV2", asset));
        phone.awaitQuiet(all);
        sharing.take(one, asset); // in the other still
        assertLines(phone.sync(all)).containsExactly(line("AlbumToAssetDeleteV1", asset));
        phone.awaitQuiet(all);
        sharing.take(two, asset);
        // Once for each way that it went.
        assertLines(phone.sync(all))
                .containsOnly(
                        line("PartnerAssetDeleteV1", asset), line("AlbumToAssetDeleteV1", asset));
        phone.awaitQuiet(all);
    }

    @Test
    void aLockedAssetLeavesItsAlbumsAndEntersNone() {
        var album = sharing.album(bob, ana);
        var asset = given.asset(bob, Map.of());
        sharing.exif(asset);
        sharing.put(album, asset);
        var all =
                new String[] {
                    "PartnerAssetsV2", "AlbumAssetsV2", "AlbumToAssetsV1", "AlbumAssetExifsV1"
                };
        phone.awaitQuiet(all);
        sharing.show(asset, "locked");
        assertLines(phone.sync(all))
                .containsOnly(
                        line("PartnerAssetDeleteV1", asset), line("AlbumToAssetDeleteV1", asset));
        phone.awaitQuiet(all);
        sharing.put(album, asset);
        assertThat(phone.sync(all)).isEmpty();
        sharing.show(asset, "archive");
        sharing.put(album, asset);
        assertThat(phone.sync(all))
                .extracting(Phone.Line::type)
                .contains("AlbumAssetCreateV2", "AlbumToAssetV1", "AlbumAssetExifCreateV1");
    }
}
