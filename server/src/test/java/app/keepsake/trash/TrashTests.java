package app.keepsake.trash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.asset.AssetsDeleted;
import app.keepsake.asset.AssetsRestored;
import app.keepsake.asset.AssetsTrashed;
import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import app.keepsake.stack.StacksChanged;
import app.keepsake.storage.Library;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.HeldTransaction;
import app.keepsake.support.ServerTest;
import app.keepsake.upload.Uploads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

@ServerTest
@RecordApplicationEvents
@SuppressWarnings("NullAway.Init") // set before each test
class TrashTests {

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired DataSource database;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    @Autowired ApplicationEvents events;
    @Autowired Uploads uploads;
    @Autowired Library library;
    @Autowired Trash trash;
    @Autowired Expiry expiry;
    Caller ana;

    @BeforeEach
    void aUser() {
        ana = users.user();
    }

    @Test
    void whatIsTrashedComesBackByItsNameOrAllAtOnce() {
        var first = given.asset(ana, Map.of());
        var second = given.asset(ana, Map.of());
        assertThat(delete(false, first, second)).hasStatus(204);
        assertThat(isTrashed(first) && isTrashed(second)).isTrue();
        assertThat(events.stream(AssetsTrashed.class).flatMap(e -> e.assetIds().stream()))
                .containsExactlyInAnyOrder(first, second);

        assertThat(post("restore/assets", ids(first))).bodyJson().isEqualTo("{\"count\": 1}");
        assertThat(isTrashed(first)).isFalse();
        assertThat(isTrashed(second)).isTrue();
        assertThat(events.stream(AssetsRestored.class))
                .containsExactly(new AssetsRestored(ana.userId(), List.of(first)));
        assertThat(post("restore/assets", ids(first))).bodyJson().isEqualTo("{\"count\": 0}");

        delete(false, first);
        assertThat(post("restore", "")).bodyJson().isEqualTo("{\"count\": 2}");
        assertThat(isTrashed(first) || isTrashed(second)).isFalse();
        assertThat(status(first)).isEqualTo("active");
        // Immich tells nobody of a restore of all; phones see it at their next sync.
        assertThat(events.stream(AssetsRestored.class)).hasSize(1);
    }

    @Test
    void theTrashKeepsWhenItFirstGotAThing() {
        var asset = given.asset(ana, Map.of("deleted_at", "2026-01-01T00:00:00Z"));
        delete(false, asset);
        assertThat(
                        jdbc.sql("select deleted_at at time zone 'UTC' from asset where id = ?")
                                .param(asset)
                                .query(String.class)
                                .single())
                .startsWith("2026-01-01 00:00:00");
    }

    @Test
    void whatIsDeletedForGoodIsGoneWithItsFilesAndItsShareOfTheQuota() throws Exception {
        var kept = upload(1000);
        var gone = upload(2000);
        var files = new ArrayList<>(filesOf(gone));
        files.add(derive(gone, "thumbnail"));
        files.add(derive(gone, "preview"));
        files.add(derive(gone, "encoded_video"));
        assertThat(files).hasSize(5).allMatch(Files::exists);
        assertThat(usage()).isEqualTo(3000);

        assertThat(delete(true, gone)).hasStatus(204);
        assertThat(users.assetsOf(ana)).containsExactly(kept);
        assertThat(usage()).isEqualTo(1000);
        assertThat(events.stream(AssetsDeleted.class))
                .containsExactly(new AssetsDeleted(ana.userId(), List.of(gone)));
        awaitGone(files);
        assertThat(filesOf(kept)).hasSize(2).allMatch(Files::exists);
        awaitNothingDiscarded();
    }

    @Test
    void aPhotoThatWasDeletedForGoodCanBeUploadedAgain() throws Exception {
        var bytes = bytes(500);
        var first = uploads.receive(ana, null, Form.photo("a.jpg", bytes).body());
        delete(true, first.assetId());
        var second = uploads.receive(ana, null, Form.photo("a.jpg", bytes).body());
        assertThat(second.isNew()).isTrue();
        assertThat(second.assetId()).isNotEqualTo(first.assetId());
        awaitNothingDiscarded();
        assertThat(filesOf(second.assetId()).getFirst()).hasBinaryContent(bytes);
    }

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

    /** An emptying that came before, though after who waits here began, is not to take it. */
    @Test
    void aThingIsInTheTrashFromWhenItWasPutThere() throws Exception {
        var asset = given.asset(ana, Map.of());
        try (var held = new HeldTransaction(database);
                var threads = Executors.newSingleThreadExecutor()) {
            held.jdbc()
                    .sql("select id from asset where id = ? for update")
                    .param(asset)
                    .query()
                    .singleRow();
            var trashing = threads.submit(() -> delete(false, asset));
            held.awaitWaiter();
            var before = jdbc.sql("select clock_timestamp()").query(OffsetDateTime.class).single();
            held.commit();
            assertThat(trashing.get()).hasStatus(204);
            assertThat(
                            jdbc.sql("select deleted_at > ? from asset where id = ?")
                                    .params(before, asset)
                                    .query(Boolean.class)
                                    .single())
                    .isTrue();
        }
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

    /** I2: what cannot be seen is not deleted, neither by the hour nor by a person's word. */
    @Test
    void nothingIsDeletedForGoodWhileTheDiskIsMissing() throws Exception {
        var old = upload(10);
        trashedSince(old, "40 days");
        var marker = library.root().resolve(Library.MARKER);
        var aside = Files.move(marker, library.root().resolve("marker-aside"));
        try {
            assertThatExceptionOfType(Problem.Unavailable.class)
                    .isThrownBy(library::requireStillPresent);
            expiry.run();
            assertThat(delete(true, old)).hasStatus(503);
            assertThat(post("empty", "")).hasStatus(503);
            assertThatExceptionOfType(Problem.Unavailable.class)
                    .isThrownBy(() -> trash.deleteAllOf(ana.userId()));
        } finally {
            Files.move(aside, marker);
            library.requireStillPresent();
        }
        assertThat(users.assetsOf(ana)).containsExactly(old);
        assertThat(filesOf(old)).allMatch(Files::exists);
    }

    @Test
    void theMovingHalfGoesWithItsLastStill() {
        var film = given.asset(ana, Map.of("type", "VIDEO", "visibility", "hidden"));
        var half = Map.of("live_photo_video_id", film.toString());
        var first = given.asset(ana, half);
        var second = given.asset(ana, half);
        delete(false, first);
        assertThat(isTrashed(film)).isFalse();
        delete(true, first);
        assertThat(users.assetsOf(ana)).containsExactlyInAnyOrder(second, film);
        delete(true, second);
        assertThat(users.assetsOf(ana)).isEmpty();
        assertThat(
                        events.stream(AssetsDeleted.class)
                                .flatMap(event -> event.assetIds().stream())
                                .toList())
                .contains(film);
    }

    @Test
    void twoStillsThatGoTogetherTakeTheirMovingHalfAlong() {
        var film = given.asset(ana, Map.of("type", "VIDEO", "visibility", "hidden"));
        var half = Map.of("live_photo_video_id", film.toString());
        delete(true, given.asset(ana, half), given.asset(ana, half));
        assertThat(users.assetsOf(ana)).isEmpty();
    }

    @Test
    void aStackGetsAnotherPrimaryAndDissolvesWhenOneIsLeft() {
        var oldest = given.asset(ana, Map.of("file_created_at", "2020-01-01T00:00:00Z"));
        var primary = given.asset(ana, Map.of());
        var youngest = given.asset(ana, Map.of("file_created_at", "2025-01-01T00:00:00Z"));
        var stack = stack(primary, oldest, youngest);
        delete(true, primary);
        assertThat(primaryOf(stack)).isEqualTo(oldest);
        assertThat(events.stream(StacksChanged.class))
                .containsExactly(new StacksChanged(ana.userId()));
        delete(true, oldest);
        assertThat(jdbc.sql("select 1 from stack where id = ?").param(stack).query().listOfRows())
                .isEmpty();
        assertThat(
                        jdbc.sql("select stack_id from asset where id = ?")
                                .param(youngest)
                                .query(UUID.class)
                                .optional())
                .isEmpty();
    }

    @Test
    void whatShowsLeadsAStackBeforeWhatDoesNot() {
        var at = "file_created_at";
        var trashed = given.asset(ana, Map.of(at, "2020-01-01T00:00:00Z"));
        trashedSince(trashed, "1 day");
        var locked = given.asset(ana, Map.of(at, "2020-01-02T00:00:00Z", "visibility", "locked"));
        var archived =
                given.asset(ana, Map.of(at, "2020-01-03T00:00:00Z", "visibility", "archive"));
        var shown = given.asset(ana, Map.of(at, "2020-01-04T00:00:00Z"));
        var primary = given.asset(ana, Map.of());
        var stack = stack(primary, trashed, locked, archived, shown);
        for (var next : List.of(shown, archived)) {
            delete(true, primaryOf(stack));
            assertThat(primaryOf(stack)).isEqualTo(next);
        }
    }

    @Test
    void whatIsTrashedLeadsAStackNoMoreWhileSomethingShows() {
        var primary = given.asset(ana, Map.of());
        var second = given.asset(ana, Map.of());
        var third = given.asset(ana, Map.of("file_created_at", "2025-01-01T00:00:00Z"));
        var stack = stack(primary, second, third);
        delete(false, primary, second);
        assertThat(primaryOf(stack)).isEqualTo(third);
        assertThat(events.stream(StacksChanged.class))
                .containsExactly(new StacksChanged(ana.userId()));
        delete(false, third);
        assertThat(primaryOf(stack)).isEqualTo(third);
    }

    @Test
    void allOfAUserGoes() throws Exception {
        var files = filesOf(upload(10));
        manyTrashed(Trash.BATCH);
        var bens = given.asset(users.user(), Map.of());
        assertThat(trash.deleteAllOf(ana.userId())).isEqualTo(Trash.BATCH + 1);
        assertThat(users.assetsOf(ana)).isEmpty();
        assertThat(usage()).isZero();
        assertThat(jdbc.sql("select 1 from asset where id = ?").param(bens).query().listOfRows())
                .hasSize(1);
        awaitGone(files);
    }

    @Test
    void nobodyTouchesAnothersAssets() {
        var mine = given.asset(ana, Map.of());
        var trashed = given.asset(ana, Map.of("deleted_at", "2026-11-01T00:00:00Z"));
        var owner = ana;
        ana = users.user();
        jdbc.sql("insert into partner (shared_by_id, shared_with_id) values (?, ?)")
                .params(owner.userId(), ana.userId())
                .update();
        var own = given.asset(ana, Map.of());
        for (var refused :
                List.of(
                        delete(false, own, mine),
                        delete(true, own, mine),
                        post("restore/assets", ids(trashed)))) {
            assertThat(refused)
                    .hasStatus(400)
                    .bodyJson()
                    .extractingPath("message")
                    .isEqualTo("Not found or no asset.delete access");
        }
        assertThat(post("restore", "")).bodyJson().isEqualTo("{\"count\": 0}");
        assertThat(post("empty", "")).bodyJson().isEqualTo("{\"count\": 0}");
        assertThat(users.assetsOf(owner)).containsExactlyInAnyOrder(mine, trashed);
        assertThat(isTrashed(own) || isTrashed(mine)).isFalse();
        assertThat(isTrashed(trashed)).isTrue();
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

    @Test
    void lockedAssetsAreDeletedWithAPinOnly() {
        var locked = given.asset(ana, Map.of("visibility", "locked"));
        assertThat(delete(true, locked)).hasStatus(401);
        assertThat(delete(false, locked)).hasStatus(401);
        assertThat(users.assetsOf(ana)).containsExactly(locked);
    }

    private UUID stack(UUID primary, UUID... others) {
        var stack = UUID.randomUUID();
        jdbc.sql("insert into stack (id, owner_id, primary_asset_id) values (?, ?, ?)")
                .params(stack, ana.userId(), primary)
                .update();
        jdbc.sql("update asset set stack_id = ? where id = ?").params(stack, primary).update();
        for (var other : others) {
            jdbc.sql("update asset set stack_id = ? where id = ?").params(stack, other).update();
        }
        return stack;
    }

    private UUID primaryOf(UUID stack) {
        return jdbc.sql("select primary_asset_id from stack where id = ?")
                .param(stack)
                .query(UUID.class)
                .single();
    }

    private void manyTrashed(int count) {
        jdbc.sql(
                        """
                        insert into asset (owner_id, type, original_path, original_file_name,
                            checksum, size_in_bytes, file_created_at, file_modified_at,
                            local_date_time, deleted_at, status)
                        select :owner, 'IMAGE', 'upload/' || gen_random_uuid(), 'a.jpg',
                            decode(lpad(to_hex(n), 40, '0'), 'hex'), 1, now(), now(), now(), now(),
                            'trashed'
                        from generate_series(1, :count) n
                        """)
                .param("owner", ana.userId())
                .param("count", count)
                .update();
    }

    private void trashedSince(UUID id, String age) {
        jdbc.sql(
                        """
                        update asset set deleted_at = now() - :age::interval, status = 'trashed'
                        where id = :id
                        """)
                .param("age", age)
                .param("id", id)
                .update();
    }

    private UUID upload(int length) {
        var form = Form.photo("a.jpg", bytes(length)).file("sidecarData", "a.xmp", bytes(5));
        return uploads.receive(ana, null, form.body()).assetId();
    }

    private static byte[] bytes(int length) {
        var bytes = new byte[length];
        new Random().nextBytes(bytes);
        return bytes;
    }

    private Path derive(UUID id, String type) throws IOException {
        var path = "thumbs/%s/%s_%s.bin".formatted(ana.userId(), id, type);
        Files.createDirectories(library.resolve(path).getParent());
        Files.writeString(library.resolve(path), type);
        jdbc.sql("insert into asset_file (asset_id, type, path) values (?, ?, ?)")
                .params(id, type, path)
                .update();
        return library.resolve(path);
    }

    /** Original and sidecar. */
    private List<Path> filesOf(UUID id) {
        return jdbc
                .sql("select unnest(array[original_path, sidecar_path]) from asset where id = ?")
                .param(id)
                .query(String.class)
                .list()
                .stream()
                .filter(path -> path != null)
                .map(library::resolve)
                .toList();
    }

    private static void awaitGone(List<Path> files) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(files).noneMatch(Files::exists));
    }

    private void awaitNothingDiscarded() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(10))
                .until(
                        () ->
                                jdbc.sql("select not exists (select from discarded_file)")
                                        .query(Boolean.class)
                                        .single());
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

    private boolean isTrashed(UUID id) {
        return jdbc.sql("select deleted_at is not null from asset where id = ?")
                .param(id)
                .query(Boolean.class)
                .single();
    }

    private String status(UUID id) {
        return jdbc.sql("select status from asset where id = ?")
                .param(id)
                .query(String.class)
                .single();
    }

    private long usage() {
        return jdbc.sql("select quota_usage_in_bytes from \"user\" where id = ?")
                .param(ana.userId())
                .query(Long.class)
                .single();
    }

    private static String ids(UUID... ids) {
        return "{\"ids\": [%s]}"
                .formatted(
                        IntStream.range(0, ids.length)
                                .mapToObj(i -> "\"" + ids[i] + "\"")
                                .collect(Collectors.joining(",")));
    }

    private MvcTestResult delete(boolean force, UUID... ids) {
        return send(
                HttpMethod.DELETE,
                "/api/assets",
                ids(ids).replace("}", ", \"force\": %s}".formatted(force)));
    }

    private MvcTestResult post(String path, String body) {
        return send(HttpMethod.POST, "/api/trash/" + path, body);
    }

    private MvcTestResult send(HttpMethod method, String uri, String body) {
        return send(method, uri, body, users.bearer(ana));
    }

    private MvcTestResult send(HttpMethod method, String uri, String body, String bearer) {
        return http.method(method)
                .uri(uri)
                .header("Authorization", bearer)
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }
}
