package app.keepsake.person;

import static app.keepsake.person.FaceFixtures.again;
import static app.keepsake.person.FaceFixtures.somebody;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.person.FaceFixtures.Photo;
import app.keepsake.support.Wire;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;

class ClusterGroupsTests extends GroupingTest {

    @Test
    void whomOneKnowsIsKnownOnTheOthersPhotosByTheSameName() {
        var random = new Random(71);
        var marie = somebody(random);
        var hers = seen(ana, marie, random);
        seen(ana, marie, random);
        seen(ana, marie, random);
        var known = Objects.requireNonNull(photos.personOf(hers));
        wire.put(ana, "/api/people/" + known, "{\"name\": \"Marie\"}", 200);
        var his = seen(bo, marie, random);
        assertThat(photos.personOf(his)).isNull();

        join(bo);
        ask(his);
        var counterpart = Objects.requireNonNull(photos.personOf(his));
        assertThat(counterpart).isNotEqualTo(known);
        assertThat(wire.get(bo, "/api/people/" + counterpart).path("name").asString())
                .isEqualTo("Marie");
        // Each has people of their own.
        wire.refusal(bo, HttpMethod.GET, "/api/people/" + known, null);
        wire.refusal(ana, HttpMethod.GET, "/api/people/" + counterpart, null);
        assertThat(
                        wire.get(ana, "/api/people/%s/statistics".formatted(known))
                                .path("assets")
                                .asInt())
                .isEqualTo(3);
        var again = seen(bo, marie, random);
        assertThat(photos.personOf(again)).isEqualTo(counterpart);

        wire.post(bo, "/api/cluster-groups/%s/leave".formatted(group(bo)), "", 204);
        assertThat(group(bo)).isNotEqualTo(group(ana));
        assertThat(photos.personOf(his)).isEqualTo(counterpart);
    }

    @Test
    void aNameIsToldToThoseWhoHaveNone() {
        var random = new Random(72);
        var marie = somebody(random);
        join(bo);
        var hers = seen(ana, marie, random);
        seen(ana, marie, random);
        seen(ana, marie, random);
        var his = Objects.requireNonNull(photos.personOf(seen(bo, marie, random)));
        var known = Objects.requireNonNull(photos.personOf(hers));
        wire.put(ana, "/api/people/" + known, "{\"name\": \"Marie\"}", 200);
        assertThat(wire.get(bo, "/api/people/" + his).path("name").asString()).isEqualTo("Marie");
        wire.put(ana, "/api/people/" + known, "{\"name\": \"Mother\"}", 200);
        assertThat(wire.get(bo, "/api/people/" + his).path("name").asString()).isEqualTo("Marie");
    }

    @Test
    void whoWasMergedStaysSoThoughOthersKnowThemApart() {
        var random = new Random(73);
        var young = somebody(random);
        var old = somebody(random);
        var older = somebody(random);
        join(bo);
        var hers = List.of(known(ana, young, random), known(ana, old, random));
        known(ana, older, random);
        var his =
                Stream.of(young, old, older)
                        .map(
                                face ->
                                        Objects.requireNonNull(
                                                photos.personOf(seen(bo, face, random))))
                        .toList();
        assertThat(people(bo)).hasSize(3);

        merge(bo, his.get(0), his.get(1));
        assertThat(photos.personOf(likest(bo, ana, old))).isEqualTo(his.get(0));
        // And on from one to the next.
        merge(bo, his.get(2), his.get(0));
        assertThat(photos.personOf(likest(bo, ana, old))).isEqualTo(his.get(2));
        assertThat(photos.personOf(likest(bo, ana, young))).isEqualTo(his.get(2));
        assertThat(people(bo)).containsExactly(his.get(2));
        // What he said of his people, he said of nobody else's.
        assertThat(people(ana)).hasSize(3).containsAll(hers);

        // Of both that she merges now, cleo knows one.
        var cleo = users.user();
        join(cleo);
        var cleos = Objects.requireNonNull(photos.personOf(seen(cleo, old, random)));
        merge(ana, hers.get(0), hers.get(1));
        assertThat(photos.personOf(likest(cleo, ana, old))).isEqualTo(cleos);
        wire.put(ana, "/api/people/" + hers.get(0), "{\"name\": \"Marie\"}", 200);
        assertThat(wire.get(cleo, "/api/people/" + cleos).path("name").asString())
                .isEqualTo("Marie");
        // Both of whom she made one are found on his photos.
        users.partner(bo, ana, true);
        var found =
                wire.post(
                        ana,
                        "/api/search/metadata",
                        "{\"personIds\": [\"%s\"]}".formatted(hers.getFirst()),
                        200);
        assertThat(Wire.each(found.at("/assets/items"), "ownerId"))
                .contains(ana.userId().toString(), bo.userId().toString());
        wire.delete(bo, "/api/people/" + his.get(2), 204);
        assertThat(photos.personOf(likest(bo, ana, old))).isNotNull().isNotEqualTo(his.get(2));
    }

    private void merge(Caller owner, UUID into, UUID other) {
        wire.post(
                owner,
                "/api/people/%s/merge".formatted(into),
                "{\"ids\": [\"%s\"]}".formatted(other),
                200);
    }

    private UUID known(Caller owner, float[] face, Random random) {
        var photo = seen(owner, face, random);
        seen(owner, face, random);
        seen(owner, face, random);
        return Objects.requireNonNull(photos.personOf(photo));
    }

    /** A photo of one user that is likest to one of another's with the same face. */
    private Photo likest(Caller owner, Caller other, float[] face) {
        var vector =
                jdbc.sql(
                                """
                                select s.embedding::text from face_search s
                                join asset_face f on f.id = s.face_id
                                where s.owner_id = ? order by s.embedding <=> ?::halfvec limit 1
                                """)
                        .params(other.userId(), Arrays.toString(face))
                        .query(String.class)
                        .single()
                        .replaceAll("[\\[\\]]", "")
                        .split(",");
        var copy = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            copy[i] = Float.parseFloat(vector[i]);
        }
        var photo = photos.photo(owner, copy);
        ask(photo);
        // Nobody else's photos are the likest next time.
        jdbc.sql("delete from face_search where face_id = ?").param(photo.faceId()).update();
        return photo;
    }

    @Test
    void aMemberHasAllFacesOfTheGroupGroupedAnewButForWhoHasAName() {
        var random = new Random(74);
        var marie = somebody(random);
        var hers = seen(ana, marie, 5, random);
        wire.put(ana, "/api/people/" + personOf(hers), "{\"name\": \"Marie\"}", 200);
        var his = seen(bo, marie, 3, random);
        var karls = seen(bo, somebody(random), 4, random);
        wire.put(bo, "/api/people/" + personOf(karls), "{\"name\": \"Karl\"}", 200);
        var passers = seen(ana, somebody(random), 3, random);
        var cleo = users.user();
        var cleos = seen(cleo, somebody(random), 3, random);
        var before = Stream.of(hers, his, karls, passers, cleos).map(this::personOf).toList();
        join(bo);

        var path = "/api/cluster-groups/%s/regenerate-people".formatted(group(ana));
        wire.refusal(cleo, HttpMethod.POST, path, "");
        regroup(ana, bo, cleo);
        assertThat(Stream.of(hers, his, karls, passers, cleos).map(this::personOf).toList())
                .isEqualTo(before);
        assertThat(name(bo, personOf(his))).isEmpty();

        wire.post(bo, path, "", 204);
        regroup(ana, bo, cleo);
        assertThat(personOf(hers)).isEqualTo(before.get(0));
        assertThat(name(ana, personOf(hers))).isEqualTo("Marie");
        assertThat(personOf(karls)).isEqualTo(before.get(2));
        assertThat(name(bo, personOf(karls))).isEqualTo("Karl");
        // Two knew her, one of them by her name.
        assertThat(name(bo, personOf(his))).isEqualTo("Marie");
        assertThat(before).doesNotContain(personOf(his), personOf(passers));
        assertThat(people(ana)).containsExactlyInAnyOrder(personOf(hers), personOf(passers));
        assertThat(people(bo)).containsExactlyInAnyOrder(personOf(his), personOf(karls));
        assertThat(personOf(cleos)).isEqualTo(before.get(4));
    }

    private String name(Caller owner, UUID person) {
        return wire.get(owner, "/api/people/" + person).path("name").asString();
    }

    /** What the server does in the background, and then its queue with whom that leaves to ask. */
    private void regroup(Caller... owners) {
        prepare(regrouping);
        Stream.of(owners).forEach(this::askAll);
    }

    private List<Photo> seen(Caller owner, float[] face, int count, Random random) {
        return Stream.generate(() -> seen(owner, face, random)).limit(count).toList();
    }

    /** Who is on each of them. */
    private UUID personOf(List<Photo> taken) {
        var people = taken.stream().map(photos::personOf).distinct().toList();
        assertThat(people).hasSize(1);
        return Objects.requireNonNull(people.getFirst());
    }

    @Test
    void joiningTakesARequestAndAYes() {
        var group = group(ana);
        var stranger = users.user();
        var path = "/api/cluster-groups/%s/requests".formatted(group);
        wire.refusal(stranger, HttpMethod.PUT, path, asks(stranger));
        wire.refusal(ana, HttpMethod.PUT, path, asks(ana));
        var request = wire.put(ana, path, asks(bo), 200).path("id").asString();
        assertThat(wire.put(ana, path, asks(bo), 200).path("id").asString()).isEqualTo(request);
        assertThat(wire.get(ana, path)).hasSize(1);
        assertThat(wire.get(bo, "/api/cluster-groups/requests").path(0).path("id").asString())
                .isEqualTo(request);
        assertThat(wire.get(stranger, "/api/cluster-groups/requests")).isEmpty();
        var accept = "/api/cluster-groups/requests/%s/accept".formatted(request);
        wire.refusal(stranger, HttpMethod.POST, accept, "");
        wire.refusal(ana, HttpMethod.POST, accept, "");
        wire.refusal(stranger, HttpMethod.DELETE, "/api/cluster-groups/requests/" + request, null);
        wire.delete(bo, "/api/cluster-groups/requests/" + request, 204);
        wire.refusal(bo, HttpMethod.POST, accept, "");
        assertThat(group(bo)).isNotEqualTo(group);

        join(bo);
        var members = wire.get(bo, "/api/cluster-groups/%s/users".formatted(group));
        assertThat(members.findValuesAsString("id"))
                .containsExactlyInAnyOrder(ana.userId().toString(), bo.userId().toString());
        wire.refusal(
                stranger, HttpMethod.GET, "/api/cluster-groups/%s/users".formatted(group), null);
    }

    private void join(Caller user) {
        var request =
                wire.put(
                                ana,
                                "/api/cluster-groups/%s/requests".formatted(group(ana)),
                                asks(user),
                                200)
                        .path("id")
                        .asString();
        wire.post(user, "/api/cluster-groups/requests/%s/accept".formatted(request), "", 204);
        assertThat(group(user)).isEqualTo(group(ana));
    }

    private static String asks(Caller user) {
        return "{\"userId\": \"%s\"}".formatted(user.userId());
    }

    private UUID group(Caller user) {
        return UUID.fromString(wire.get(user, "/api/users/me").path("clusterGroupId").asString());
    }

    private Photo seen(Caller owner, float[] face, Random random) {
        return seen(owner, again(face, 0.3, random));
    }
}
