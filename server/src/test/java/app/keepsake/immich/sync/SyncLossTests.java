package app.keepsake.immich.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** What a phone is told to forget: a partner lost, an album left, and all that came with them. */
class SyncLossTests extends SyncTest {

    @Test
    void aDeletedPartnersPhotosAreGoneUntilTheAccountIsRestored() {
        sharing.partner(bob, ana);
        var asset = given.asset(bob, Map.of());
        sharing.exif(asset);
        phone.awaitQuiet(PARTNERS);
        assertThat(get(asset)).hasStatusOk();
        sharing.sql("update \"user\" set deleted_at = now() where id = ?", bob.userId());
        assertThat(get(asset)).hasStatus(400);
        assertLines(phone.sync(PARTNERS)).containsExactly(line("PartnerAssetDeleteV1", asset));
        phone.awaitQuiet(PARTNERS);
        sharing.sql("update \"user\" set deleted_at = null where id = ?", bob.userId());
        assertThat(get(asset)).hasStatusOk();
        assertLines(phone.sync(PARTNERS))
                .contains(
                        line("PartnerAssetBackfillV2", asset),
                        line("PartnerAssetExifBackfillV1", asset));
    }

    private MvcTestResult get(UUID asset) {
        return http.get()
                .uri("/api/assets/" + asset)
                .header("Authorization", users.bearer(ana))
                .exchange();
    }

    @Test
    void aLostPartnersAssetsAreGoneAndStayGoneWhenTheyAreDeletedMeanwhile() {
        sharing.partner(bob, ana);
        var kept = given.asset(bob, Map.of());
        var deleted = given.asset(bob, Map.of());
        var stack = sharing.stack(bob, kept);
        var inAlbum = given.asset(bob, Map.of());
        sharing.put(sharing.album(bob, ana), inAlbum);
        phone.awaitQuiet(PARTNERS);
        sharing.noPartner(bob, ana);
        sharing.delete(deleted);
        assertLines(phone.sync(PARTNERS))
                .containsExactlyInAnyOrder(
                        line("PartnerDeleteV1", bob.userId()),
                        line("PartnerAssetDeleteV1", kept),
                        line("PartnerAssetDeleteV1", deleted),
                        line("PartnerStackDeleteV1", stack));
        phone.awaitQuiet(PARTNERS);
        sharing.delete(kept);
        phone.awaitQuiet(PARTNERS);
    }

    /**
     * All that a lost partner had goes at one place in the order: half of it must not be acked as
     * all.
     */
    @Test
    void aLossThatBreaksOffInBetweenIsToldAgain() {
        sharing.partner(bob, ana);
        var assets = List.of(0, 1, 2).stream().map(_ -> given.asset(bob, Map.of())).toList();
        phone.awaitQuiet("PartnerAssetsV2");
        sharing.noPartner(bob, ana);
        phone.ack(phone.stream("PartnerAssetsV2").subList(0, 2));
        assertLines(phone.sync("PartnerAssetsV2"))
                .containsExactlyInAnyOrder(
                        line("PartnerAssetDeleteV1", assets.get(0)),
                        line("PartnerAssetDeleteV1", assets.get(1)),
                        line("PartnerAssetDeleteV1", assets.get(2)));
        phone.awaitQuiet("PartnerAssetsV2");
    }

    @Test
    void aPartnerWhoIsBackIsFilledInAgain() {
        sharing.partner(bob, ana);
        var asset = given.asset(bob, Map.of());
        phone.awaitQuiet("PartnerAssetsV2");
        sharing.noPartner(bob, ana);
        phone.awaitQuiet("PartnerAssetsV2");
        sharing.partner(bob, ana);
        assertLines(phone.sync("PartnerAssetsV2"))
                .containsExactly(line("PartnerAssetBackfillV2", asset));
        // Gone and back between two streams: it was never away.
        phone.awaitQuiet("PartnersV1", "PartnerAssetsV2");
        sharing.noPartner(bob, ana);
        sharing.partner(bob, ana);
        assertThat(phone.sync("PartnersV1", "PartnerAssetsV2"))
                .extracting(Phone.Line::type)
                .doesNotContain("PartnerDeleteV1", "PartnerAssetDeleteV1");
    }

    @Test
    void aLeftAlbumIsGoneWithItsAssets() {
        var album = sharing.album(bob, ana, cleo);
        var theirs = given.asset(bob, Map.of());
        var mine = given.asset(ana, Map.of());
        sharing.put(album, theirs, mine);
        phone.awaitQuiet("PartnerAssetsV2", "AlbumsV2");
        sharing.leave(album, ana);
        assertLines(phone.sync("AlbumsV2", "PartnerAssetsV2"))
                .containsExactly(
                        line("PartnerAssetDeleteV1", theirs), line("AlbumDeleteV1", album));
        phone.awaitQuiet("PartnerAssetsV2", "AlbumsV2");
    }

    @Test
    void anAlbumThatIsDeletedTakesItsAssetsAlong() {
        var album = sharing.album(bob, ana);
        var theirs = given.asset(bob, Map.of());
        sharing.put(album, theirs);
        phone.awaitQuiet("PartnerAssetsV2", "AlbumsV2");
        sharing.sql("delete from album where id = ?", album);
        assertLines(phone.sync("AlbumsV2", "PartnerAssetsV2"))
                .containsExactly(
                        line("PartnerAssetDeleteV1", theirs), line("AlbumDeleteV1", album));
        phone.awaitQuiet("PartnerAssetsV2", "AlbumsV2");
    }

    @Test
    void aLeftAlbumThatBreaksOffTakesAlsoWhatLeftItSince() {
        var album = sharing.album(bob, ana);
        var kept = given.asset(bob, Map.of());
        var taken = given.asset(bob, Map.of());
        sharing.put(album, kept, taken);
        assertToldWhereverItBreaksOff(
                () -> {
                    sharing.leave(album, ana);
                    sharing.take(album, taken);
                },
                kept,
                taken);
    }

    @Test
    void aDeletedAlbumThatBreaksOffTakesAllItsAssetsAlong() {
        var album = sharing.album(bob, ana);
        var assets = new UUID[] {given.asset(bob, Map.of()), given.asset(bob, Map.of())};
        sharing.put(album, assets);
        assertToldWhereverItBreaksOff(
                () -> sharing.sql("delete from album where id = ?", album), assets);
    }

    @Test
    void aLostPartnerThatBreaksOffTakesAlsoWhatTheyDeletedSince() {
        sharing.partner(bob, ana);
        var kept = given.asset(bob, Map.of());
        var deleted = given.asset(bob, Map.of());
        assertToldWhereverItBreaksOff(
                () -> {
                    sharing.noPartner(bob, ana);
                    sharing.delete(deleted);
                },
                kept,
                deleted);
    }

    /** Some were taken out before the loss, some since; left, joined and left again. */
    @Test
    void whatIsLostTwiceIsToldToo() {
        var album = sharing.album(bob, ana);
        var assets =
                new UUID[] {
                    given.asset(bob, Map.of()),
                    given.asset(bob, Map.of()),
                    given.asset(bob, Map.of()),
                    given.asset(bob, Map.of())
                };
        sharing.put(album, assets);
        assertToldWhereverItBreaksOff(
                () -> {
                    sharing.take(album, assets[0]);
                    sharing.leave(album, ana);
                    sharing.take(album, assets[1]);
                    sharing.join(album, ana);
                    sharing.leave(album, ana);
                    sharing.take(album, assets[2]);
                },
                assets);
    }

    /** One phone for each line that may be its last. */
    private void assertToldWhereverItBreaksOff(Runnable loss, UUID... gone) {
        var phones =
                IntStream.rangeClosed(0, gone.length + 1)
                        .mapToObj(_ -> new Phone(http, users, ana))
                        .toList();
        phones.forEach(each -> each.awaitQuiet("PartnerAssetsV2", "AlbumAssetsV2"));
        loss.run();
        horizonPasses();
        for (int heard = 0; heard < phones.size(); heard++) {
            var lines = phones.get(heard).stream("PartnerAssetsV2");
            var told = new ArrayList<>(lines.subList(0, Math.min(heard, lines.size())));
            phones.get(heard).ack(told);
            told.addAll(phones.get(heard).sync("PartnerAssetsV2"));
            assertThat(told)
                    .as("broken off after %d lines", heard)
                    .extracting(SyncTest::idOf)
                    .contains(Arrays.stream(gone).map(UUID::toString).toArray(String[]::new));
        }
    }

    /** No other transaction keeps acks from reaching over all of this. */
    private void horizonPasses() {
        var now =
                jdbc.sql("select (pg_current_xact_id()::text)::bigint").query(Long.class).single();
        Awaitility.await()
                .until(
                        () ->
                                jdbc.sql(
                                                        "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
                                                .query(Long.class)
                                                .single()
                                        > now);
    }

    /** The app acks one line of a run, and lines that only mark something are a run. */
    @Test
    void oneSyncIsEnough() {
        var dan = users.user();
        sharing.partner(bob, ana);
        sharing.partner(dan, ana);
        var theirs = given.asset(bob, Map.of());
        sharing.exif(theirs);
        sharing.stack(dan, given.asset(dan, Map.of()));
        var album = sharing.album(bob, ana);
        sharing.put(album, theirs);
        var types = Stream.concat(Arrays.stream(PARTNERS), Arrays.stream(ALBUMS));
        var all = types.toArray(String[]::new);
        phone.awaitQuiet(all);
        sharing.noPartner(bob, ana);
        sharing.partner(cleo, ana);
        sharing.join(sharing.album(cleo), ana);
        sharing.leave(album, ana);
        sharing.put(sharing.album(dan, ana), given.asset(dan, Map.of()));
        horizonPasses();
        assertThat(phone.sync(all)).isNotEmpty();
        assertThat(phone.sync(all)).isEmpty();
    }

    @Test
    void whatALostPartnerOrAlbumHadOutOfSightIsNotNamed() {
        var album = sharing.album(cleo, ana);
        sharing.partner(bob, ana);
        var seen = given.asset(bob, Map.of());
        given.asset(bob, Map.of("visibility", "locked"));
        var archived = given.asset(bob, Map.of("visibility", "archive"));
        sharing.stack(bob, archived);
        phone.awaitQuiet(PARTNERS);
        sharing.noPartner(bob, ana);
        sharing.leave(album, ana);
        // A while ago.
        sharing.sql(
                "update removal set removed_at = removed_at - interval '1 hour' where scope_id = ?",
                ana.userId());
        sharing.sql(
                "update asset set created_at = created_at - interval '2 hours' where id = ?", seen);
        var later = given.asset(bob, Map.of());
        sharing.stack(bob, later);
        sharing.put(album, given.asset(cleo, Map.of()));
        assertLines(phone.sync(PARTNERS))
                .containsExactly(
                        line("PartnerDeleteV1", bob.userId()), line("PartnerAssetDeleteV1", seen));
    }

    @Test
    void whatWasLostBeforeIsNotToldToANewPhoneOrOneThatIsEmptyAgain() {
        sharing.partner(bob, ana);
        var asset = given.asset(bob, Map.of());
        phone.awaitQuiet("PartnerAssetsV2");
        sharing.noPartner(bob, ana);
        horizonPasses();
        assertThat(new Phone(http, users, ana).sync("PartnerAssetsV2")).isEmpty();
        sharing.sql(
                "update session set is_pending_sync_reset = true where user_id = ?", ana.userId());
        var reset = phone.stream("PartnerAssetsV2");
        phone.ack(reset);
        assertThat(phone.sync("PartnerAssetsV2")).isEmpty();
        // A reset that was acked late has not emptied the phone.
        sharing.partner(bob, ana);
        assertLines(phone.sync("PartnerAssetsV2")).containsExactly(line("PartnerAssetV2", asset));
        sharing.noPartner(bob, ana);
        horizonPasses();
        phone.ack(reset);
        assertLines(phone.sync("PartnerAssetsV2"))
                .containsExactly(line("PartnerAssetDeleteV1", asset));
    }

    @Test
    void whoJoinsAgainBetweenTwoStreamsWasNeverAway() {
        var album = sharing.album(bob, ana);
        var kept = given.asset(bob, Map.of());
        var taken = given.asset(bob, Map.of());
        sharing.put(album, kept, taken);
        phone.awaitQuiet(ALBUMS);
        sharing.leave(album, ana);
        sharing.take(album, taken);
        sharing.join(album, ana);
        assertThat(phone.sync(ALBUMS))
                .extracting(Phone.Line::type)
                .contains("AlbumToAssetDeleteV1", "AlbumToAssetBackfillV1")
                .doesNotContain("AlbumDeleteV1", "AlbumUserDeleteV1");
        phone.awaitQuiet(ALBUMS);
    }
}
