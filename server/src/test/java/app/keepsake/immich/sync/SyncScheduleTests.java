package app.keepsake.immich.sync;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.HeldTransaction;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What goes wrong when transactions overlap (I5). Each schedule is the shortest that breaks when
 * one rule of the stream is taken out.
 */
class SyncScheduleTests extends SyncTest {

    @Autowired DataSource database;

    /** What the phone has of a type, by this field, after the lines. */
    private static List<String> told(List<Phone.Line> lines, String type, String field) {
        return lines.stream()
                .filter(line -> line.type().equals(type))
                .map(line -> line.text(field))
                .toList();
    }

    /** Acks reach up to the horizon only. */
    @Test
    void aCommitThatComesLateIsNotPassedOver() throws Exception {
        var early = given.asset(ana, Map.of());
        var late = given.asset(ana, Map.of());
        phone.awaitQuiet("AssetsV2");
        try (var slow = new HeldTransaction(database)) {
            rename(slow.jdbc(), early);
            rename(jdbc, late);
            assertThat(told(phone.sync("AssetsV2"), "AssetV2", "id"))
                    .containsExactly(late.toString());
            slow.commit();
        }
        assertThat(told(phone.sync("AssetsV2"), "AssetV2", "id"))
                .containsExactly(early.toString(), late.toString());
        phone.awaitQuiet("AssetsV2");
    }

    private static void rename(JdbcClient jdbc, UUID asset) {
        jdbc.sql("update asset set original_file_name = original_file_name || '!' where id = ?")
                .param(asset)
                .update();
    }

    @Test
    void anEndThatComesLateIsNotPassedOver() throws Exception {
        var early = given.asset(ana, Map.of());
        var late = given.asset(ana, Map.of());
        phone.awaitQuiet("AssetsV2");
        try (var slow = new HeldTransaction(database)) {
            slow.jdbc().sql("delete from asset where id = ?").param(early).update();
            sharing.delete(late);
            assertThat(told(phone.sync("AssetsV2"), "AssetDeleteV1", "assetId"))
                    .containsExactly(late.toString());
            slow.commit();
        }
        assertThat(told(phone.sync("AssetsV2"), "AssetDeleteV1", "assetId"))
                .contains(early.toString());
    }

    /** An end is told only of what is not there. */
    @Test
    void whatIsBackIsNotEndedAgain() throws Exception {
        var album = sharing.album(ana);
        var asset = given.asset(ana, Map.of());
        sharing.put(album, asset);
        phone.awaitQuiet("AlbumToAssetsV1");
        try (var back = new HeldTransaction(database);
                var _ = new HeldTransaction(database)) {
            sharing.take(album, asset);
            var gone = phone.sync("AlbumToAssetsV1");
            assertThat(told(gone, "AlbumToAssetDeleteV1", "assetId"))
                    .containsExactly(asset.toString());
            new Sharing(back.jdbc()).put(album, asset);
            back.commit();
            // It is below the horizon now, and its end, which the other still holds up, above.
            var isThere = false;
            for (int i = 0; i < 2; i++) {
                for (var line : phone.sync("AlbumToAssetsV1")) {
                    isThere = line.type().equals("AlbumToAssetV1");
                }
            }
            assertThat(isThere).isTrue();
        }
    }

    /** All that is visible is sent, also above the horizon. */
    @Test
    void aParentThatChangedLatelyComesWithItsOldChildren() throws Exception {
        var asset = given.asset(ana, Map.of());
        var memory = sharing.memory(ana);
        sharing.sql("insert into memory_asset values (?, ?)", memory, asset);
        try (var _ = new HeldTransaction(database)) {
            sharing.sql("update memory set is_saved = true where id = ?", memory);
            rename(jdbc, asset);
            assertThat(phone.sync("MemoryToAssetsV1", "MemoriesV1", "AssetsV2"))
                    .extracting(Phone.Line::type)
                    .containsExactly("AssetV2", "MemoryV1", "MemoryToAssetV1");
        }
    }

    /** Marks of what was shared reach up to the horizon only. */
    @Test
    void aShareThatCommitsLateIsSentWholeToo() throws Exception {
        var ofBob = given.asset(bob, Map.of());
        var ofCleo = given.asset(cleo, Map.of());
        sharing.partner(users.user(), ana);
        var known = users.user();
        sharing.partner(known, ana);
        given.asset(known, Map.of());
        phone.awaitQuiet("PartnerAssetsV2");
        try (var slow = new HeldTransaction(database)) {
            new Sharing(slow.jdbc()).partner(bob, ana);
            sharing.partner(cleo, ana);
            assertThat(told(phone.sync("PartnerAssetsV2"), "PartnerAssetBackfillV2", "id"))
                    .containsExactly(ofCleo.toString());
            slow.commit();
        }
        assertThat(told(phone.sync("PartnerAssetsV2"), "PartnerAssetBackfillV2", "id"))
                .contains(ofBob.toString());
        phone.awaitQuiet("PartnerAssetsV2");
    }

    /**
     * The same before anything of the type was ever acked, when the server itself makes the mark.
     */
    @Test
    void aShareThatCommitsLateDuringTheFirstSyncIsSentWholeToo() throws Exception {
        var ofBob = given.asset(bob, Map.of());
        given.asset(cleo, Map.of());
        try (var slow = new HeldTransaction(database)) {
            new Sharing(slow.jdbc()).partner(bob, ana);
            sharing.partner(cleo, ana);
            phone.sync("PartnerAssetsV2");
            slow.commit();
        }
        assertThat(phone.sync("PartnerAssetsV2"))
                .filteredOn(line -> !line.type().equals("SyncAckV1"))
                .extracting(line -> line.text("id"))
                .contains(ofBob.toString());
    }

    /** The mark that is sent before an album's new assets reaches up to the horizon only. */
    @Test
    void aChangeOfAnAlbumsAssetThatCommitsLateIsNotPassedOver() throws Exception {
        var theirs = given.asset(bob, Map.of());
        var album = sharing.album(bob, ana);
        sharing.put(album, theirs);
        phone.awaitQuiet("AlbumAssetsV2");
        try (var slow = new HeldTransaction(database)) {
            rename(slow.jdbc(), theirs);
            sharing.put(album, given.asset(bob, Map.of()));
            assertThat(told(phone.sync("AlbumAssetsV2"), "AlbumAssetCreateV2", "id")).hasSize(1);
            slow.commit();
        }
        assertThat(told(phone.sync("AlbumAssetsV2"), "AlbumAssetUpdateV2", "originalFileName"))
                .contains("photo.jpg!");
        phone.awaitQuiet("AlbumAssetsV2");
    }

    /**
     * The stream and a writer that began before it: what it does then is told by the next stream.
     */
    @Test
    void aWriterThatOutlivesManyStreamsLosesNothing() throws Exception {
        var asset = given.asset(ana, Map.of());
        phone.awaitQuiet("AssetsV2");
        try (var slow = new HeldTransaction(database)) {
            for (int i = 0; i < 3; i++) {
                given.asset(ana, Map.of());
                assertThat(phone.sync("AssetsV2")).hasSize(i + 1);
            }
            slow.jdbc().sql("delete from asset where id = ?").param(asset).update();
            slow.commit();
        }
        assertThat(told(phone.sync("AssetsV2"), "AssetDeleteV1", "assetId"))
                .containsExactly(asset.toString());
        phone.awaitQuiet("AssetsV2");
    }
}
