package app.keepsake.immich.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a phone must begin anew, and what must not come back then. */
class SyncResetTests extends SyncTest {

    @BeforeEach
    void twoPhotos() {
        given.asset(ana, Map.of());
        given.asset(ana, Map.of());
    }

    private void sql(String sql) {
        jdbc.sql(sql).param("user", ana.userId()).update();
    }

    private void requireReset() {
        sql("update session set is_pending_sync_reset = true where user_id = :user");
    }

    private void assertResetsAndBeginsAnew() {
        var lines = phone.stream("AssetsV2");
        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst().type()).isEqualTo("SyncResetV1");
        assertThat(lines.getFirst().ack()).isEqualTo("SyncResetV1|reset");
        assertThat(phone.stream("AssetsV2")).isEqualTo(lines);
        phone.ack(lines);
        assertThat(phone.marks()).isEmpty();
        assertThat(phone.sync("AssetsV2")).hasSize(2);
    }

    @Test
    void aSessionThatIsToldToResetSaysNothingElseUntilItHas() {
        phone.awaitQuiet("AssetsV2");
        requireReset();
        assertResetsAndBeginsAnew();
    }

    /** The app applies a batch, and the server asks for a reset before its ack arrives. */
    @Test
    void anAckOnItsWayDoesNotBringOldMarksBack() {
        var lines = phone.stream("AssetsV2");
        requireReset();
        phone.ack(lines);
        assertThat(phone.marks()).isEmpty();
        phone.stream("AssetsV2");
        phone.ack("SyncResetV1|reset");
        phone.ack(lines);
        assertThat(phone.marks()).isEmpty();
        assertThat(phone.sync("AssetsV2")).hasSize(2);
    }

    @Test
    void aResetAmongOtherAcksIsAllThatCounts() {
        var ack = phone.stream("AssetsV2").getFirst().ack();
        phone.ack(ack, "SyncResetV1|reset", ack);
        assertThat(phone.marks()).isEmpty();
    }

    @Test
    void aPhoneThatBeginsAnewByItselfIsToldAllAndOldAcksAreDropped() {
        var lines = phone.stream("AssetsV2");
        phone.ack(lines);
        var answer = phone.post("stream", Map.of("types", List.of("AssetsV2"), "reset", true));
        var again = Phone.lines(answer);
        assertThat(again)
                .extracting(Phone.Line::type)
                .containsExactly("AssetV2", "AssetV2", "SyncCompleteV1");
        phone.ack(lines);
        assertThat(phone.marks()).isEmpty();
        phone.ack(again);
        assertThat(phone.marks()).containsKey("AssetV2");
    }

    @Test
    void anAckOfAnEarlierStreamIsTooLate() {
        var first = phone.stream("AssetsV2");
        var second = phone.stream("AssetsV2");
        phone.ack(first);
        assertThat(phone.marks()).isEmpty();
        phone.ack(second);
        assertThat(phone.marks()).containsKey("AssetV2");
    }

    @Test
    void whoWasAwayForAMonthBeginsAnew() {
        phone.awaitQuiet("AssetsV2");
        // 2024-01-01T00:00:00Z, in the first 48 bits.
        sql(
                """
                update session_sync_checkpoint
                set ack = 'SyncCompleteV1|018cc251-f400-7000-8000-000000000000|1'
                where type = 'SyncCompleteV1'
                    and session_id in (select id from session where user_id = :user)
                """);
        assertResetsAndBeginsAnew();
    }

    /** Its marks are old, and no stream of it ever came to its end. */
    @Test
    void whoNeverWasUpToDateBeginsAnewAfterAMonth() {
        phone.ack(phone.stream("AssetsV2").subList(0, 1));
        sql(
                """
                update session_sync_checkpoint set created_at = now() - interval '31 days'
                where session_id in (select id from session where user_id = :user)
                """);
        assertResetsAndBeginsAnew();
    }

    /** So it was with a database that knew more than this one does. */
    @Test
    void whoIsAheadOfTheDatabaseBeginsAnew() {
        phone.ack(phone.stream("AssetsV2"));
        sql(
                """
                update session_sync_checkpoint
                set ack = 'AssetV2|%s|1.' || (sync_horizon() + 1000000)
                where type = 'AssetV2'
                    and session_id in (select id from session where user_id = :user)
                """
                        .formatted(AN_ID));
        assertResetsAndBeginsAnew();
    }

    @Test
    void aLoggedOutPhoneIsToldSo() {
        sql("delete from session where user_id = :user");
        assertThat(phone.post("ack", Map.of("acks", List.of("SyncResetV1|reset")))).hasStatus(401);
        assertThat(phone.post("stream", Map.of("types", List.of("AssetsV2")))).hasStatus(401);
    }
}
