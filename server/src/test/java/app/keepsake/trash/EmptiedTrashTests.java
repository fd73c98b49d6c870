package app.keepsake.trash;

import static app.keepsake.support.Wire.ids;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.HeldTransaction;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;

/** A trash that is emptied by its owner, or by the hour of what is older than thirty days. */
class EmptiedTrashTests extends TrashTest {

    @Test
    void anEmptiedTrashIsGoneAndTheRestIsNot() throws Exception {
        var kept = upload(10);
        var trashed = upload(20);
        var files = filesOf(trashed);
        delete(false, trashed);
        assertThat(post("empty", "")).bodyJson().isEqualTo("{\"count\": 1}");
        assertThat(users.assetsOf(ana)).containsExactly(kept);
        awaitGone(files);
        assertThat(post("empty", "")).bodyJson().isEqualTo("{\"count\": 0}");
        awaitNoOrder();
    }

    /** More than one batch, so that the rest is done after the answer. */
    @Test
    void aLargeTrashIsEmptiedToItsEndButNotOfWhatComesLater() {
        manyTrashed(3 * Trash.BATCH + 1);
        var restored = users.assetsOf(ana).getFirst();
        assertThat(post("restore/assets", ids(restored))).bodyJson().isEqualTo("{\"count\": 1}");
        assertThat(post("empty", ""))
                .bodyJson()
                .isEqualTo("{\"count\": %d}".formatted(3 * Trash.BATCH));
        var later = given.asset(ana, Map.of());
        delete(false, later);
        awaitNoOrder();
        assertThat(users.assetsOf(ana)).containsExactlyInAnyOrder(restored, later);
    }

    /**
     * Its batches hold a lock on the owner, as an upload does: neither waits for the other's end.
     */
    @Test
    @Tag("long")
    void oneUploadsWhileATrashOfAHundredThousandIsEmptied() {
        manyTrashed(100_000);
        assertThat(post("empty", "")).bodyJson().isEqualTo("{\"count\": 100000}");
        var taken = new ArrayList<UUID>();
        var left = 100_000;
        while (left > 0) {
            taken.add(upload(10));
            assertThat(delete(false, taken.getLast())).hasStatus(204);
            var now = users.assetsOf(ana).size() - taken.size();
            assertThat(now).isLessThanOrEqualTo(left);
            left = now;
        }
        assertThat(taken).hasSizeGreaterThan(5);
        awaitNoOrder();
        assertThat(users.assetsOf(ana)).containsExactlyInAnyOrderElementsOf(taken);
        awaitNothingDiscarded();
    }

    /** As if the server had ended right after its answer. */
    @Test
    void anEmptyingThatWasCutShortGoesOn() {
        manyTrashed(Trash.BATCH + 1);
        jdbc.sql("insert into emptied_trash values (?, now())").param(ana.userId()).update();
        expiry.run();
        assertThat(users.assetsOf(ana)).isEmpty();
    }

    @Test
    void thirtyDaysAreTheEndOfWhatIsInTheTrash() {
        var old = given.asset(ana, Map.of("status", "trashed"));
        var young = given.asset(ana, Map.of("status", "trashed"));
        trashedSince(old, "30 days 1 minute");
        trashedSince(young, "29 days 23 hours");
        var safe = given.asset(ana, Map.of());
        expiry.run();
        assertThat(users.assetsOf(ana)).containsExactlyInAnyOrder(young, safe);
    }

    @Test
    void administratorsSayWhenTheEndIs() {
        var old = given.asset(ana, Map.of("status", "trashed"));
        var young = given.asset(ana, Map.of("status", "trashed"));
        trashedSince(old, "2 days 1 minute");
        trashedSince(young, "1 day 23 hours");
        config.set("/trash/days", "2");
        try {
            expiry.run();
        } finally {
            config.reset();
        }
        assertThat(users.assetsOf(ana)).containsExactly(young);
    }

    /** I2: they wait for whoever restores it, and ask again then. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsRestoredMeanwhileIsNotDeleted(boolean isEmptied) throws Exception {
        var asset = upload(10);
        var files = filesOf(asset);
        trashedSince(asset, "40 days");
        try (var restoring = new HeldTransaction(database);
                var threads = Executors.newSingleThreadExecutor()) {
            restoring
                    .jdbc()
                    .sql("update asset set deleted_at = null, status = 'active' where id = ?")
                    .param(asset)
                    .update();
            var deleting = threads.submit(() -> isEmptied ? post("empty", "") : expiry.run());
            restoring.awaitWaiter();
            restoring.commit();
            deleting.get();
        }
        assertThat(users.assetsOf(ana)).containsExactly(asset);
        assertThat(files).allMatch(Files::exists);
    }

    @Test
    void aTrashIsEmptiedOfWhatIsLockedWithAPinOnly() {
        var seen = given.asset(ana, Map.of());
        var locked = given.asset(ana, Map.of("visibility", "locked"));
        trashedSince(seen, "1 day");
        trashedSince(locked, "1 day");
        assertThat(post("empty", "")).bodyJson().isEqualTo("{\"count\": 1}");
        awaitNoOrder();
        assertThat(users.assetsOf(ana)).containsExactly(locked);

        var token = users.token(ana);
        jdbc.sql("update session set pin_expires_at = now() + interval '5 minutes' where id = ?")
                .param(users.sessionId(token))
                .update();
        assertThat(send(HttpMethod.POST, "/api/trash/empty", "", "Bearer " + token))
                .bodyJson()
                .isEqualTo("{\"count\": 1}");
        assertThat(users.assetsOf(ana)).isEmpty();
    }

    @Test
    void whatIsLockedExpiresLikeTheRest() {
        trashedSince(given.asset(ana, Map.of("visibility", "locked")), "31 days");
        expiry.run();
        assertThat(users.assetsOf(ana)).isEmpty();
    }

    private void awaitNoOrder() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(10))
                .until(
                        () ->
                                jdbc.sql(
                                                "select not exists (select from emptied_trash where owner_id = ?)")
                                        .param(ana.userId())
                                        .query(Boolean.class)
                                        .single());
    }
}
