package app.keepsake.person;

import static app.keepsake.person.FaceFixtures.again;
import static app.keepsake.person.FaceFixtures.dbscan;
import static app.keepsake.person.FaceFixtures.somebody;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.keepsake.auth.Caller;
import app.keepsake.config.MachineLearningConfig;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.RecognizeFaces;
import app.keepsake.person.FaceFixtures.Photo;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.HeldTransaction;
import app.keepsake.support.HouseholdTest;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.support.TransactionTemplate;

@SuppressWarnings("NullAway.Init") // set before each test
class RecognitionTests extends HouseholdTest {

    private static final String QUEUE = "/api/jobs/facialRecognition";

    @Autowired RecognizeFacesHandler handler;
    @Autowired Regrouping regrouping;
    @Autowired Grouping grouping;
    @Autowired PeopleRows rows;
    @Autowired KnownFaces knownFaces;
    @Autowired FeatureFaces features;
    @Autowired SystemConfig config;
    @Autowired ConfigFixtures settings;
    @Autowired TransactionTemplate transaction;
    @Autowired ApplicationEventPublisher events;
    @Autowired DataSource database;
    FaceFixtures photos;

    @BeforeEach
    void faces() {
        photos = new FaceFixtures(jdbc, given);
        // What the tests ask, the server would ask beside them.
        command("pause", false, 200);
    }

    @AfterEach
    void usualSettings() {
        command("resume", false, 200);
        settings.reset();
    }

    @Test
    void theThirdPhotoOfSomebodyMakesThemAPersonOnAllThree() {
        var random = new Random(1);
        var marie = somebody(random);
        var first = seen(ana, again(marie, 0.4, random));
        var second = seen(ana, again(marie, 0.4, random));
        assertThat(peopleOn(first, second)).containsOnlyNulls();
        var third = seen(ana, again(marie, 0.4, random));
        assertThat(peopleOn(first, second, third)).doesNotContainNull();
        assertThat(Set.copyOf(known(first, second, third))).hasSize(1);
    }

    @Test
    void aStrangerStaysOneHoweverManyOthersThereAre() {
        var random = new Random(2);
        var stranger = seen(ana, somebody(random));
        var marie = somebody(random);
        for (int i = 0; i < 4; i++) {
            seen(ana, again(marie, 0.3, random));
        }
        assertThat(peopleOn(stranger)).containsOnlyNulls();
    }

    @Test
    void asManyFacesAlikeAsAdministratorsWantMakeAPerson() {
        settings.set("/machineLearning/facialRecognition/minFaces", "1");
        assertThat(peopleOn(seen(ana, somebody(new Random(3))))).doesNotContainNull();
    }

    @Test
    void othersFacesMakeNobodyKnown() {
        var random = new Random(4);
        var marie = somebody(random);
        var hers = seen(ana, again(marie, 0.3, random));
        for (int i = 0; i < 4; i++) {
            seen(bo, again(marie, 0.3, random));
        }
        assertThat(peopleOn(hers)).containsOnlyNulls();
        seen(ana, again(marie, 0.3, random));
        seen(ana, again(marie, 0.3, random));
        assertThat(peopleOn(hers)).doesNotContainNull();
        assertThat(
                        jdbc.sql(
                                        "select count(distinct owner_id) from person where owner_id in (?, ?)")
                                .params(ana.userId(), bo.userId())
                                .query(Integer.class)
                                .single())
                .isEqualTo(2);
    }

    @Test
    void whatIsInTheTrashCountsForNobodyAndWhatIsArchivedBeginsNobody() {
        var random = new Random(5);
        var marie = somebody(random);
        seen(ana, again(marie, 0.3, random), Map.of("deleted_at", "2024-01-01T00:00:00Z"));
        var first = seen(ana, again(marie, 0.3, random), Map.of("visibility", "archive"));
        var second = seen(ana, again(marie, 0.3, random), Map.of("visibility", "archive"));
        var third = seen(ana, again(marie, 0.3, random), Map.of("visibility", "archive"));
        assertThat(peopleOn(first, second, third)).containsOnlyNulls();
        seen(ana, again(marie, 0.3, random));
        regroup(false);
        askAll(ana);
        assertThat(peopleOn(first, second, third)).doesNotContainNull();
    }

    @Test
    void nobodyIsOnAPhotoFromBeforeTheyWereBorn() {
        var random = new Random(6);
        var child = somebody(random);
        var photo = seen(ana, again(child, 0.3, random));
        seen(ana, again(child, 0.3, random));
        seen(ana, again(child, 0.3, random));
        jdbc.sql("update person set birth_date = '2020-01-01' where id = ?")
                .param(known(photo).getFirst())
                .update();
        var earlier = seen(ana, again(child, 0.3, random), Map.of("local_date_time", "2019-05-06"));
        var later = seen(ana, again(child, 0.3, random), Map.of("local_date_time", "2021-05-06"));
        assertThat(peopleOn(earlier)).containsOnlyNulls();
        assertThat(peopleOn(later)).containsExactlyElementsOf(peopleOn(photo));
    }

    @Test
    void whoIsTooUnlikeByThemselvesIsAskedAgainWhenAllOthersHaveBeen() {
        // Like one face of somebody's, and no other.
        var edge = photos.photo(ana, along(0, 0.48, 1, 0.88));
        var core = new ArrayList<Photo>();
        for (int i = 1; i <= 5; i++) {
            core.add(photos.photo(ana, along(0, 1, i, 0.2)));
        }
        ask(edge);
        assertThat(peopleOn(edge)).containsOnlyNulls();
        core.forEach(this::ask);
        assertThat(peopleOn(edge)).containsExactlyElementsOf(peopleOn(core.getFirst()));
    }

    /** Where people are apart, grouping is DBSCAN, whatever came first. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void makesThePeopleOfPlainDbscanInWhateverOrderTheyCome(long seed) {
        var random = new Random(seed);
        var faces = household(random);
        var expected = dbscan(faces, 0.5, 3);
        var order = new ArrayList<Integer>();
        for (int i = 0; i < faces.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        var taken = new ArrayList<@Nullable Photo>(Collections.nCopies(faces.size(), null));
        for (int i : order) {
            var photo = photos.photo(ana, faces.get(i));
            taken.set(i, photo);
            if (random.nextBoolean()) {
                ask(photo);
            }
        }
        askAll(ana);
        nightAfter(LocalDate.parse("2098-01-01").plusDays(seed));
        askAll(ana);
        var people =
                taken.stream()
                        .map(photo -> photos.personOf(Objects.requireNonNull(photo)))
                        .toList();
        for (int i = 0; i < faces.size(); i++) {
            assertThat(people.get(i) == null).as("face %d", i).isEqualTo(expected.get(i) < 0);
            for (int k = 0; k < i; k++) {
                if (expected.get(i) >= 0 && expected.get(k) >= 0) {
                    assertThat(people.get(i).equals(people.get(k)))
                            .as("faces %d and %d", i, k)
                            .isEqualTo(expected.get(i).equals(expected.get(k)));
                }
            }
        }
        assertThat(new HashSet<>(expected)).hasSizeGreaterThan(4);
    }

    /** Where they run into each other, nobody is torn from what they are connected with. */
    @ParameterizedTest
    @ValueSource(longs = {21, 22})
    void makesNobodyOfFacesThatNothingConnects(long seed) {
        var random = new Random(seed);
        var faces = new ArrayList<float[]>();
        var taken = new ArrayList<Photo>();
        var from = somebody(random);
        for (int i = 0; i < 50; i++) {
            from = again(from, 0.9, random); // a way that leads away from where it began
            faces.add(from);
            taken.add(seen(ana, from));
        }
        askAll(ana);
        var connected = dbscan(faces, 0.5, 1);
        var alone = dbscan(faces, 0.5, 2);
        var isAnybody = false;
        for (int i = 0; i < faces.size(); i++) {
            var person = photos.personOf(taken.get(i));
            isAnybody |= person != null;
            if (alone.get(i) < 0) {
                assertThat(person).isNull();
            }
            for (int k = 0; k < i; k++) {
                if (person != null && person.equals(photos.personOf(taken.get(k)))) {
                    assertThat(connected.get(i)).isEqualTo(connected.get(k));
                }
            }
        }
        assertThat(isAnybody).isTrue();
    }

    @Test
    void theIndexFindsWhomComparingAllFinds() {
        var random = new Random(31);
        var marie = somebody(random);
        var known = new ArrayList<Photo>();
        for (int i = 0; i < 4; i++) {
            known.add(seen(ana, again(marie, 0.4, random)));
        }
        for (int i = 0; i < 60; i++) {
            photos.photo(bo, again(marie, 0.2, random)); // nearer, and another's
        }
        var next = photos.photo(ana, again(marie, 0.4, random));
        var wanted = MachineLearningConfig.of(config).facialRecognition();
        assertThat(grouping.ask(next.faceId(), wanted, true, false))
                .isInstanceOf(Grouping.Answer.Known.class);
        assertThat(peopleOn(next)).containsExactlyElementsOf(peopleOn(known.getFirst()));
    }

    @Test
    void facesThatAreAskedAtTheSameMomentMakeOnePerson() throws Exception {
        var random = new Random(41);
        var marie = somebody(random);
        var taken = new ArrayList<Photo>();
        for (int i = 0; i < 12; i++) {
            taken.add(photos.photo(ana, again(marie, 0.2, random)));
        }
        var runs = new ArrayList<Callable<@Nullable Void>>();
        for (var photo : taken) {
            runs.add(
                    () -> {
                        ask(photo);
                        return null;
                    });
        }
        try (var executor = Executors.newFixedThreadPool(6)) {
            for (var done : executor.invokeAll(runs)) {
                done.get();
            }
        }
        assertThat(people(ana)).hasSize(1);
        assertThat(known(taken.toArray(Photo[]::new))).hasSize(12);
    }

    @Test
    void aSecondRunChangesNothing() {
        var random = new Random(42);
        var marie = somebody(random);
        var photo = seen(ana, again(marie, 0.2, random));
        seen(ana, again(marie, 0.2, random));
        seen(ana, again(marie, 0.2, random));
        var before = people(ana);
        ask(photo);
        assertThat(people(ana)).isEqualTo(before).hasSize(1);
    }

    @Test
    void groupingFromScratchKeepsWhatAPersonSaid() {
        var random = new Random(51);
        var young = somebody(random);
        var old = somebody(random);
        var nameless = somebody(random);
        var then = photosOf(young, 4, random);
        var now = photosOf(old, 4, random);
        var others = photosOf(nameless, 4, random);
        var marie = known(then).getFirst();
        var passer = known(others).getFirst();
        wire.put(ana, "/api/people/" + marie, "{\"name\": \"Marie\"}", 200);
        wire.post(
                ana,
                "/api/people/%s/merge".formatted(marie),
                "{\"ids\": [\"%s\"]}".formatted(known(now).getFirst()),
                200);
        var drawn = given.asset(ana, Map.of());
        wire.post(
                ana,
                "/api/faces",
                """
                {"assetId": "%s", "personId": "%s", "imageWidth": 100, "imageHeight": 100,
                 "x": 10, "y": 10, "width": 20, "height": 20}
                """
                        .formatted(drawn, marie),
                201);
        regroup(true);
        assertThat(peopleOn(others)).containsOnlyNulls();
        assertThat(people(ana)).doesNotContain(passer);
        askAll(ana);
        assertThat(peopleOn(then)).containsOnly(marie);
        assertThat(peopleOn(now)).containsOnly(marie);
        assertThat(Set.copyOf(known(others))).hasSize(1).doesNotContain(passer, marie);
        assertThat(
                        wire.get(ana, "/api/people/%s/statistics".formatted(marie))
                                .path("assets")
                                .asInt())
                .isEqualTo(9);
    }

    @Test
    void whoHasANameHasTheirFacesBackAfterGroupingFromScratch() {
        var random = new Random(52);
        var taken = photosOf(somebody(random), 5, random);
        var marie = known(taken).getFirst();
        wire.put(ana, "/api/people/" + marie, "{\"name\": \"Marie\"}", 200);
        regroup(true);
        assertThat(peopleOn(taken)).containsNull();
        askAll(ana);
        assertThat(peopleOn(taken)).containsOnly(marie);
    }

    @Test
    void whoIsKnownByADrawnFaceHasTheirOthersBackAfterGroupingFromScratch() {
        var random = new Random(53);
        var taken = photosOf(somebody(random), 4, random);
        var marie = known(taken).getFirst();
        var drawn = given.asset(ana, Map.of());
        wire.post(
                ana,
                "/api/faces",
                """
                {"assetId": "%s", "personId": "%s", "imageWidth": 100, "imageHeight": 100,
                 "x": 10, "y": 10, "width": 20, "height": 20}
                """
                        .formatted(drawn, marie),
                201);
        wire.put(
                ana,
                "/api/people/" + marie,
                "{\"name\": \"Marie\", \"featureFaceAssetId\": \"%s\"}".formatted(drawn),
                200);
        regroup(true);
        assertThat(peopleOn(taken)).containsNull();
        askAll(ana);
        assertThat(peopleOn(taken)).containsOnly(marie);
    }

    @Test
    void whoeverDiesWhileAllIsPreparedLosesNothingThatWasSaid() {
        var random = new Random(54);
        var named = photosOf(somebody(random), 5, random);
        var hidden = photosOf(somebody(random), 4, random);
        var merged = photosOf(somebody(random), 4, random);
        var nameless = photosOf(somebody(random), 7, random);
        var marie = known(named).getFirst();
        var passer = known(hidden).getFirst();
        wire.put(ana, "/api/people/" + marie, "{\"name\": \"Marie\"}", 200);
        wire.put(ana, "/api/people/" + passer, "{\"isHidden\": true}", 200);
        wire.post(
                ana,
                "/api/people/%s/merge".formatted(marie),
                "{\"ids\": [\"%s\"]}".formatted(known(merged).getFirst()),
                200);
        var steps = 0;
        for (var ended = false; !ended; steps++) {
            var dying = another();
            dying.want(List.of(ana.userId()), true);
            for (int i = 0; i < steps; i++) {
                ended = !dying.prepareSome();
            }
            // The process is killed here: what is left is what Postgres holds.
            prepare(another());
            assertThat(peopleOn(nameless)).containsOnlyNulls();
            askAll(ana);
            assertThat(peopleOn(named)).containsOnly(marie);
            assertThat(peopleOn(merged)).containsOnly(marie);
            assertThat(peopleOn(hidden)).containsOnly(passer);
            assertThat(Set.copyOf(known(nameless))).hasSize(1).doesNotContain(marie, passer);
            assertThat(people(ana)).hasSize(3);
            assertThat(wire.get(ana, "/api/people/" + marie).path("name").asString())
                    .isEqualTo("Marie");
            assertThat(wire.get(ana, "/api/people/" + passer).path("isHidden").asBoolean())
                    .isTrue();
        }
        assertThat(steps).isGreaterThan(4);
    }

    @Test
    void whoStartsItByForceIsAnsweredAtOnceAndSeesWhatIsLeft() throws Exception {
        var random = new Random(55);
        var taken = photosOf(somebody(random), 5, random);
        var marie = known(taken).getFirst();
        wire.put(ana, "/api/people/" + marie, "{\"name\": \"Marie\"}", 200);
        var before = jdbc.sql("select now()").query(OffsetDateTime.class).single();
        try (var held = new HeldTransaction(database)) {
            held.jdbc()
                    .sql("select id from asset_face where person_id = ? for update")
                    .param(marie)
                    .query(UUID.class)
                    .list();
            command("resume", false, 200);
            command("start", true, 200);
            held.awaitWaiter();
            assertThat(waiting()).isGreaterThanOrEqualTo(5);
            command("start", true, 400);
        }
        // All but the one that stands for her.
        await().until(() -> askedSince(before, taken) == 4);
        assertThat(peopleOn(taken)).containsOnly(marie);
        await().until(() -> waiting() == 0);
    }

    @Test
    void whatIsStartedWhileTheQueueIsPausedBeginsWhenItIsResumed() {
        var random = new Random(57);
        var taken = photosOf(somebody(random), 5, random);
        var marie = known(taken).getFirst();
        wire.put(ana, "/api/people/" + marie, "{\"name\": \"Marie\"}", 200);
        var before = jdbc.sql("select now()").query(OffsetDateTime.class).single();
        command("start", true, 200);
        regrouping.run();
        assertThat(peopleOn(taken)).containsOnly(marie);
        command("resume", false, 200);
        await().until(() -> askedSince(before, taken) == 4);
        assertThat(peopleOn(taken)).containsOnly(marie);
    }

    @Test
    void whoEmptiesTheQueueBeforeAnythingIsDoneKeepsPeopleAsTheyAre() {
        var random = new Random(56);
        var taken = photosOf(somebody(random), 5, random);
        var somebody = known(taken).getFirst();
        command("start", true, 200);
        assertThat(waiting()).isGreaterThanOrEqualTo(5);
        command("empty", false, 200);
        assertThat(waiting()).isZero();
        prepare(regrouping);
        assertThat(peopleOn(taken)).containsOnly(somebody);
        command("start", true, 200);
        prepare(regrouping);
        assertThat(peopleOn(taken)).containsOnlyNulls();
    }

    @Test
    void strangersAreAskedAgainInTheNightIfThereAreNewFaces() {
        var random = new Random(61);
        var stranger = seen(ana, somebody(random));
        nightAfter(LocalDate.parse("2099-01-01"));
        assertThat(isAsked(stranger)).isFalse();
        ask(stranger);
        // Nothing has come since.
        nightAfter(LocalDate.parse("2099-01-02"));
        assertThat(isAsked(stranger)).isTrue();
        seen(ana, somebody(random));
        nightAfter(LocalDate.parse("2099-01-01"));
        assertThat(isAsked(stranger)).isTrue(); // that night is over
        nightAfter(LocalDate.parse("2099-01-03"));
        assertThat(isAsked(stranger)).isFalse();
    }

    @Test
    void aNightThatDiesBeforeItIsWantedIsNotOver() throws Exception {
        var stranger = seen(ana, somebody(new Random(62)));
        jdbc.sql("delete from system_metadata where key = 'facial-recognition-state'").update();
        var night = LocalDate.parse("2090-01-01");
        try (var held = new HeldTransaction(database);
                var executor = Executors.newSingleThreadExecutor()) {
            held.jdbc().sql("lock table regrouping in share row exclusive mode").update();
            var dying = executor.submit(() -> regrouping.catchUp(night));
            held.awaitWaiter();
            held.jdbc()
                    .sql(
                            """
                            select pg_terminate_backend(pid) from pg_stat_activity
                            where pg_backend_pid() = any(pg_blocking_pids(pid))
                            """)
                    .query()
                    .listOfRows();
            assertThat(dying).failsWithin(Duration.ofMinutes(1));
        }
        nightAfter(night);
        assertThat(isAsked(stranger)).isFalse();
    }

    private List<float[]> household(Random random) {
        var faces = new ArrayList<float[]>();
        for (int count : List.of(1, 2, 3, 5, 7, 9)) {
            var face = somebody(random);
            for (int i = 0; i < count; i++) {
                faces.add(again(face, 0.5, random));
            }
        }
        return faces;
    }

    private static float[] along(int axis, double value, int other, double otherValue) {
        var vector = new float[FaceFixtures.DIMENSIONS];
        vector[axis] = (float) value;
        vector[other] = (float) otherValue;
        return vector;
    }

    private Photo[] photosOf(float[] face, int count, Random random) {
        var taken = new Photo[count];
        for (int i = 0; i < count; i++) {
            taken[i] = seen(ana, again(face, 0.4, random));
        }
        return taken;
    }

    private Photo seen(Caller owner, float[] face) {
        return seen(owner, face, Map.of());
    }

    private Photo seen(Caller owner, float[] face, Map<String, String> columns) {
        var photo = photos.photo(owner, face, columns);
        ask(photo);
        return photo;
    }

    private void ask(Photo photo) {
        handler.run(new RecognizeFaces(photo.assetId()));
    }

    /** As the queue does with what lacks. */
    private void askAll(Caller owner) {
        jdbc.sql(
                        """
                        select asset_id from asset_job_status join asset on id = asset_id
                        where owner_id = ? and people_at is null order by asset_id
                        """)
                .param(owner.userId())
                .query(UUID.class)
                .list()
                .forEach(id -> handler.run(new RecognizeFaces(id)));
    }

    private void nightAfter(LocalDate day) {
        regrouping.catchUp(day);
        prepare(regrouping);
    }

    private void regroup(boolean fromScratch) {
        regrouping.want(List.of(ana.userId()), fromScratch);
        prepare(regrouping);
    }

    private static void prepare(Regrouping regrouping) {
        while (regrouping.prepareSome()) {
            // until nothing is left
        }
    }

    /** Another server's. */
    private Regrouping another() {
        return new Regrouping(jdbc, transaction, rows, knownFaces, features, config, events, 3);
    }

    private void command(String command, boolean force, int status) {
        wire.put(
                users.admin(),
                QUEUE,
                "{\"command\": \"%s\", \"force\": %s}".formatted(command, force),
                status);
    }

    /** As administrators see it. */
    private int waiting() {
        var counts =
                wire.get(users.admin(), "/api/jobs").path("facialRecognition").path("jobCounts");
        return counts.path("waiting").asInt() + counts.path("paused").asInt();
    }

    private int askedSince(OffsetDateTime time, Photo... photos) {
        return jdbc.sql(
                        """
                        select count(*) from asset_job_status
                        where asset_id = any(:ids) and people_at > :time
                        """)
                .param("ids", Arrays.stream(photos).map(Photo::assetId).toArray(UUID[]::new))
                .param("time", time)
                .query(Integer.class)
                .single();
    }

    private boolean isAsked(Photo photo) {
        return jdbc.sql("select people_at is not null from asset_job_status where asset_id = ?")
                .param(photo.assetId())
                .query(Boolean.class)
                .single();
    }

    private List<@Nullable UUID> peopleOn(Photo... photo) {
        var people = new ArrayList<@Nullable UUID>();
        for (var each : photo) {
            people.add(photos.personOf(each));
        }
        return people;
    }

    private List<UUID> known(Photo... photo) {
        var people = new ArrayList<UUID>();
        for (var each : photo) {
            people.add(Objects.requireNonNull(photos.personOf(each)));
        }
        return people;
    }

    private List<UUID> people(Caller owner) {
        return jdbc.sql("select id from person where owner_id = ? order by id")
                .param(owner.userId())
                .query(UUID.class)
                .list();
    }
}
