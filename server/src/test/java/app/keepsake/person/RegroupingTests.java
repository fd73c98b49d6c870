package app.keepsake.person;

import static app.keepsake.person.FaceFixtures.somebody;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.keepsake.person.FaceFixtures.Photo;
import app.keepsake.support.HeldTransaction;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationEventPublisher;

class RegroupingTests extends GroupingTest {

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
        drawnFaceOf(marie);
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
        var drawn = drawnFaceOf(marie);
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
    void administratorsSeeAtEveryMomentThatFacesWait() {
        var random = new Random(61);
        photosOf(somebody(random), 7, random);
        var seen = new ArrayList<Integer>();
        var watched =
                another(
                        event -> {
                            seen.add(waiting());
                            events.publishEvent(event);
                            seen.add(waiting());
                        });
        watched.want(List.of(ana.userId()), true);
        while (watched.prepareSome()) {
            seen.add(waiting());
        }
        assertThat(seen).hasSizeGreaterThan(5).allMatch(count -> count > 0);
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
        // Later than today, whose catching up may happen at any moment.
        jdbc.sql(
                        """
                        insert into system_metadata (key, value)
                        values ('facial-recognition-state',
                            jsonb_build_object('lastRun', now(), 'day', '2098-12-31'))
                        on conflict (key) do update set value = excluded.value
                        """)
                .update();
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

    /** Another server's. */
    private Regrouping another() {
        return another(events);
    }

    private Regrouping another(ApplicationEventPublisher publisher) {
        return new Regrouping(jdbc, transaction, rows, knownFaces, features, config, publisher, 3);
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
}
