package app.keepsake.person;

import static app.keepsake.person.FaceFixtures.again;
import static app.keepsake.person.FaceFixtures.dbscan;
import static app.keepsake.person.FaceFixtures.somebody;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.config.MachineLearningConfig;
import app.keepsake.person.FaceFixtures.Photo;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecognitionTests extends GroupingTest {

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
}
