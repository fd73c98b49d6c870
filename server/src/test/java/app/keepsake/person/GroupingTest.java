package app.keepsake.person;

import static app.keepsake.person.FaceFixtures.again;

import app.keepsake.auth.Caller;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.RecognizeFaces;
import app.keepsake.person.FaceFixtures.Photo;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.HouseholdTest;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.support.TransactionTemplate;

/** A household whose photos show faces, and what finds out whose they are. */
@SuppressWarnings("NullAway.Init") // set before each test
abstract class GroupingTest extends HouseholdTest {

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
        command("empty", false, 200);
    }

    @AfterEach
    void usualSettings() {
        command("resume", false, 200);
        settings.reset();
    }

    Photo[] photosOf(float[] face, int count, Random random) {
        var taken = new Photo[count];
        for (int i = 0; i < count; i++) {
            taken[i] = seen(ana, again(face, 0.4, random));
        }
        return taken;
    }

    Photo seen(Caller owner, float[] face) {
        return seen(owner, face, Map.of());
    }

    Photo seen(Caller owner, float[] face, Map<String, String> columns) {
        var photo = photos.photo(owner, face, columns);
        ask(photo);
        return photo;
    }

    void ask(Photo photo) {
        handler.run(new RecognizeFaces(photo.assetId()));
    }

    /** As the queue does with what lacks. */
    void askAll(Caller owner) {
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

    void regroup(boolean fromScratch) {
        regrouping.want(List.of(ana.userId()), fromScratch);
        prepare(regrouping);
    }

    static void prepare(Regrouping regrouping) {
        while (regrouping.prepareSome()) {
            // until nothing is left
        }
    }

    void command(String command, boolean force, int status) {
        wire.put(
                users.admin(),
                QUEUE,
                "{\"command\": \"%s\", \"force\": %s}".formatted(command, force),
                status);
    }

    List<@Nullable UUID> peopleOn(Photo... photo) {
        var people = new ArrayList<@Nullable UUID>();
        for (var each : photo) {
            people.add(photos.personOf(each));
        }
        return people;
    }

    List<UUID> known(Photo... photo) {
        var people = new ArrayList<UUID>();
        for (var each : photo) {
            people.add(Objects.requireNonNull(photos.personOf(each)));
        }
        return people;
    }

    List<UUID> people(Caller owner) {
        return jdbc.sql("select id from person where owner_id = ? order by id")
                .param(owner.userId())
                .query(UUID.class)
                .list();
    }

    /** On a photo of its own, by hand. */
    UUID drawnFaceOf(UUID person) {
        var photo = given.asset(ana, Map.of());
        wire.post(
                ana,
                "/api/faces",
                """
                {"assetId": "%s", "personId": "%s", "imageWidth": 100, "imageHeight": 100,
                 "x": 10, "y": 10, "width": 20, "height": 20}
                """
                        .formatted(photo, person),
                201);
        return photo;
    }

    void nightAfter(LocalDate day) {
        regrouping.catchUp(day);
        prepare(regrouping);
    }
}
