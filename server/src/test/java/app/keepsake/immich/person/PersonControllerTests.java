package app.keepsake.immich.person;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.keepsake.auth.Caller;
import app.keepsake.storage.Library;
import app.keepsake.support.HouseholdTest;
import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.JsonNode;

class PersonControllerTests extends HouseholdTest {

    @Autowired Library library;

    @Test
    void listsWhoHasANameOrIsSeenOftenTheBestKnownFirst() {
        var often = seen(ana, "", 4);
        seen(ana, "", 2);
        var zoe = seen(ana, "Zoe", 1);
        var favourite = seen(ana, "Ada", 1);
        change(favourite, "{\"isFavorite\": true}");
        var hidden = seen(ana, "Bob", 5);
        change(hidden, "{\"isHidden\": true}");
        var moreOftenNamed = seen(ana, "Cleo", 3);
        seen(bo, "Marie", 5);
        var page = wire.get(ana, "/api/people");
        assertThat(ids(page)).containsExactly(favourite, moreOftenNamed, zoe, often);
        assertThat(page.path("total").asInt()).isEqualTo(5);
        assertThat(page.path("hidden").asInt()).isEqualTo(1);
        assertThat(page.path("hasNextPage").asBoolean()).isFalse();
        assertThat(ids(wire.get(ana, "/api/people?withHidden=true")))
                .containsExactly(favourite, moreOftenNamed, zoe, often, hidden);
        var first = wire.get(ana, "/api/people?size=3");
        assertThat(ids(first)).containsExactly(favourite, moreOftenNamed, zoe);
        assertThat(first.path("hasNextPage").asBoolean()).isTrue();
        assertThat(ids(wire.get(ana, "/api/people?size=3&page=2"))).containsExactly(often);
    }

    @Test
    void listsAsManyAsTheUserWants() {
        seen(ana, "", 2);
        var often = seen(ana, "", 5);
        wire.put(ana, "/api/users/me/preferences", "{\"people\": {\"minimumFaces\": 5}}", 200);
        assertThat(ids(wire.get(ana, "/api/people"))).containsExactly(often);
        wire.put(ana, "/api/users/me/preferences", "{\"people\": {\"minimumFaces\": 1}}", 200);
        assertThat(ids(wire.get(ana, "/api/people"))).hasSize(2).startsWith(often);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update asset set visibility = 'archive'",
                "update asset set visibility = 'locked'",
                "update asset set deleted_at = now(), status = 'trashed'",
                "update asset_face f set is_visible = false from asset",
                "update asset_face f set deleted_at = now() from asset"
            })
    void showsNobodyWhoIsOnlyOnWhatTheTimelineDoesNotShow(String change) {
        var person = seen(ana, "Marie", 3);
        jdbc.sql(
                        change.startsWith("update asset_face")
                                ? change + " where asset.id = f.asset_id and asset.owner_id = ?"
                                : change + " where owner_id = ?")
                .param(ana.userId())
                .update();
        assertThat(ids(wire.get(ana, "/api/people"))).isEmpty();
        assertThat(statistics(person)).isZero();
    }

    @Test
    void findsThoseWhoLookLikeSomebodyFirst() {
        var marie = seen(ana, "Marie", 1);
        var far = seen(ana, "Ada", 1);
        var near = seen(ana, "Zoe", 1);
        vector(marie, 1, 0);
        vector(far, 0, 1);
        vector(near, 1, 0.1);
        assertThat(ids(wire.get(ana, "/api/people?closestPersonId=" + marie)))
                .containsExactly(marie, near, far);
        assertThat(ids(wire.get(ana, "/api/people?closestAssetId=" + assetsOf(near).getFirst())))
                .containsExactly(near, marie, far);
        assertThat(wire.refusal(bo, HttpMethod.GET, "/api/people?closestPersonId=" + marie, null))
                .isEqualTo("Not found or no person.read access");
    }

    @Test
    void keepsWhatIsSaidOfSomebody() {
        var made =
                wire.post(
                        ana,
                        "/api/people",
                        """
                        {"name": "Marie", "birthDate": "1867-11-07", "color": "ff8800",
                         "isFavorite": true}
                        """,
                        201);
        var id = made.path("id").asString();
        assertThat(made.path("birthDate").asString()).isEqualTo("1867-11-07");
        assertThat(made.path("color").asString()).isEqualTo("#ff8800");
        assertThat(made.path("isFavorite").asBoolean()).isTrue();
        change(UUID.fromString(id), "{\"isHidden\": true, \"color\": null}");
        var now = wire.get(ana, "/api/people/" + id);
        assertThat(now.path("name").asString()).isEqualTo("Marie");
        assertThat(now.path("isHidden").asBoolean()).isTrue();
        assertThat(now.has("color")).isFalse();
        assertThat(now.path("birthDate").asString()).isEqualTo("1867-11-07");
        change(UUID.fromString(id), "{\"birthDate\": null, \"name\": \"\"}");
        assertThat(wire.get(ana, "/api/people/" + id).path("birthDate").isNull()).isTrue();
    }

    @Test
    void refusesWhatCannotBe() {
        var person = seen(ana, "Marie", 1);
        var tomorrow = LocalDate.now().plusDays(3);
        for (var body :
                List.of(
                        "{\"birthDate\": \"%s\"}".formatted(tomorrow),
                        "{\"birthDate\": \"someday\"}",
                        "{\"color\": \"red\"}",
                        "{\"name\": \"%s\"}".formatted("x".repeat(1_001)),
                        "{\"name\": \"a\\u0000b\"}",
                        "{\"featureFaceAssetId\": \"%s\"}".formatted(given.asset(ana, Map.of())))) {
            wire.refusal(ana, HttpMethod.PUT, "/api/people/" + person, body);
        }
        for (var query : List.of("?page=0", "?size=0", "?size=1001")) {
            wire.refusal(ana, HttpMethod.GET, "/api/people" + query, null);
        }
        assertThat(wire.get(ana, "/api/people/" + person).path("name").asString())
                .isEqualTo("Marie");
    }

    @Test
    void changesManyEachByItself() {
        var hers = seen(ana, "Marie", 1);
        var his = seen(bo, "Pierre", 1);
        var answer =
                wire.put(
                        ana,
                        "/api/people",
                        """
                        {"people": [{"id": "%s", "isHidden": true}, {"id": "%s", "isHidden": true}]}
                        """
                                .formatted(hers, his),
                        200);
        assertThat(answer.path(0).path("success").asBoolean()).isTrue();
        assertThat(answer.path(1).path("success").asBoolean()).isFalse();
        assertThat(wire.get(ana, "/api/people/" + hers).path("isHidden").asBoolean()).isTrue();
        assertThat(wire.get(bo, "/api/people/" + his).path("isHidden").asBoolean()).isFalse();
    }

    @Test
    void mergesFacesIntoOneAndFillsInWhatItLacks() {
        var into = seen(ana, "", 3);
        var named = seen(ana, "Marie", 2);
        var other = seen(ana, "Other", 1);
        change(other, "{\"birthDate\": \"1867-11-07\"}");
        var his = seen(bo, "Pierre", 1);
        var answer =
                wire.post(
                        ana,
                        "/api/people/%s/merge".formatted(into),
                        "{\"ids\": [\"%s\", \"%s\", \"%s\"]}".formatted(named, other, his),
                        200);
        assertThat(answer.findValuesAsString("success")).containsExactly("true", "true", "false");
        assertThat(answer.path(2).path("error").asString()).isEqualTo("no_permission");
        var merged = wire.get(ana, "/api/people/" + into);
        assertThat(merged.path("name").asString()).isEqualTo("Marie");
        assertThat(merged.path("birthDate").asString()).isEqualTo("1867-11-07");
        assertThat(statistics(into)).isEqualTo(6);
        wire.refusal(ana, HttpMethod.GET, "/api/people/" + named, null);
        assertThat(wire.get(bo, "/api/people/" + his).path("name").asString()).isEqualTo("Pierre");
        assertThat(
                        wire.refusal(
                                ana,
                                HttpMethod.POST,
                                "/api/people/%s/merge".formatted(into),
                                "{\"ids\": [\"%s\"]}".formatted(into)))
                .isEqualTo("Cannot merge a person into themselves");
    }

    @Test
    void mergesIntoTheFirstOfMany() {
        var first = seen(ana, "Marie", 1);
        var second = seen(ana, "Irene", 2);
        change(first, "{\"birthDate\": \"1867-11-07\"}");
        change(second, "{\"birthDate\": \"1897-09-12\"}");
        wire.post(
                ana,
                "/api/people/merge",
                "{\"ids\": [\"%s\", \"%s\"]}".formatted(first, second),
                200);
        assertThat(statistics(first)).isEqualTo(3);
        var merged = wire.get(ana, "/api/people/" + first);
        assertThat(merged.path("name").asString()).isEqualTo("Marie");
        assertThat(merged.path("birthDate").asString()).isEqualTo("1867-11-07");
        wire.refusal(ana, HttpMethod.GET, "/api/people/" + second, null);
    }

    @Test
    void givesFacesOnAPhotoToSomebodyElse() {
        var marie = seen(ana, "Marie", 2);
        var irene = seen(ana, "Irene", 1);
        var photo = assetsOf(marie).getFirst();
        wire.put(
                ana,
                "/api/people/%s/reassign".formatted(irene),
                "{\"data\": [{\"personId\": \"%s\", \"assetId\": \"%s\"}]}".formatted(marie, photo),
                200);
        assertThat(statistics(irene)).isEqualTo(2);
        assertThat(statistics(marie)).isEqualTo(1);
        var his = seen(bo, "Pierre", 1);
        wire.refusal(
                ana,
                HttpMethod.PUT,
                "/api/people/%s/reassign".formatted(irene),
                "{\"data\": [{\"personId\": \"%s\", \"assetId\": \"%s\"}]}"
                        .formatted(his, assetsOf(his, bo).getFirst()));
        assertThat(wire.get(bo, "/api/people/%s/statistics".formatted(his)).path("assets").asInt())
                .isEqualTo(1);
    }

    @Test
    void whoIsDeletedLeavesTheirFacesToNobody() {
        var marie = seen(ana, "Marie", 2);
        var pierre = seen(ana, "Pierre", 1);
        var photo = assetsOf(marie).getFirst();
        var his = seen(bo, "Bo", 1);
        wire.call(
                ana,
                HttpMethod.DELETE,
                "/api/people",
                "{\"ids\": [\"%s\", \"%s\"]}".formatted(marie, his),
                400);
        assertThat(wire.get(ana, "/api/faces?id=" + photo).path(0).path("person").isNull())
                .isFalse();
        wire.call(
                ana, HttpMethod.DELETE, "/api/people", "{\"ids\": [\"%s\"]}".formatted(marie), 204);
        wire.delete(ana, "/api/people/" + pierre, 204);
        assertThat(wire.get(ana, "/api/faces?id=" + photo).path(0).path("person").isNull())
                .isTrue();
        assertThat(ids(wire.get(ana, "/api/people"))).isEmpty();
    }

    @Test
    void aPhotoBecomesThePortraitThatSomebodyWants() {
        var marie = seen(ana, "Marie", 2);
        var photo = assetsOf(marie).getLast();
        change(marie, "{\"featureFaceAssetId\": \"%s\"}".formatted(photo));
        assertThat(featuredAsset(marie)).isEqualTo(photo);
        assertThat(
                        jdbc.sql(
                                        "select portraits_at is null from asset_job_status where asset_id = ?")
                                .param(photo)
                                .query(Boolean.class)
                                .single())
                .isTrue();
    }

    @Test
    void showsThePortraitToTheOwnerUnlessItIsFromTheLockedFolder() throws IOException {
        var marie = seen(ana, "Marie", 1);
        var path = "/api/people/%s/thumbnail".formatted(marie);
        wire.call(ana, HttpMethod.GET, path, null, 404);
        portrait(marie, assetsOf(marie).getFirst());
        var answer = wire.send(ana, HttpMethod.GET, path, null);
        assertThat(answer).hasStatusOk().hasContentType("image/jpeg");
        assertThat(answer).bodyText().isEqualTo("a face");
        assertThat(String.valueOf(answer.getResponse().getHeader("Cache-Control")).split(", "))
                .containsExactlyInAnyOrder("private", "no-cache", "no-transform");
        wire.call(bo, HttpMethod.GET, path, null, 400);
        // While nobody has given her another one yet.
        visibility(marie, "locked");
        wire.call(ana, HttpMethod.GET, path, null, 404);
        visibility(marie, "timeline");
        wire.put(
                ana,
                "/api/assets/" + assetsOf(marie).getFirst(),
                "{\"visibility\": \"locked\"}",
                200);
        wire.call(ana, HttpMethod.GET, path, null, 404);
        assertThat(
                        jdbc.sql("select thumbnail_path from person where id = ?")
                                .param(marie)
                                .query(String.class)
                                .single())
                .isEmpty();
    }

    private void visibility(UUID person, String visibility) {
        jdbc.sql(
                        """
                        update asset set visibility = ?
                        where id in (select asset_id from asset_face where person_id = ?)
                        """)
                .params(visibility, person)
                .update();
    }

    @Test
    void whatWasCutFromAPhotoIsGoneWhenThatIsLockedThoughOthersAreNot() throws IOException {
        var marie = seen(ana, "Marie", 3);
        var photos = assetsOf(marie);
        var file = portrait(marie, photos.getFirst());
        wire.put(ana, "/api/assets/" + photos.getFirst(), "{\"visibility\": \"locked\"}", 200);
        wire.call(ana, HttpMethod.GET, "/api/people/%s/thumbnail".formatted(marie), null, 404);
        assertThat(featuredAsset(marie)).isIn(photos.subList(1, 3));
        await().until(() -> !Files.exists(library.resolve(file)));
    }

    /** It is locked while the other portrait is not cut yet. */
    @Test
    void whatWasCutFromAPhotoIsGoneWhenAnotherIsWanted() throws IOException {
        var marie = seen(ana, "Marie", 2);
        var photos = assetsOf(marie);
        var file = portrait(marie, photos.getFirst());
        change(marie, "{\"featureFaceAssetId\": \"%s\"}".formatted(photos.getLast()));
        wire.put(ana, "/api/assets/" + photos.getFirst(), "{\"visibility\": \"locked\"}", 200);
        wire.call(ana, HttpMethod.GET, "/api/people/%s/thumbnail".formatted(marie), null, 404);
        await().until(() -> !Files.exists(library.resolve(file)));
    }

    /** As the worker cuts it. */
    private String portrait(UUID person, UUID asset) throws IOException {
        var file = "thumbs/%s/%s.jpeg".formatted(ana.userId(), UUID.randomUUID());
        Files.createDirectories(library.resolve(file).getParent());
        Files.writeString(library.resolve(file), "a face");
        jdbc.sql(
                        """
                        update person set thumbnail_path = :file, face_asset_id =
                            (select id from asset_face where person_id = :person
                                and asset_id = :asset)
                        where id = :person
                        """)
                .param("file", file)
                .param("person", person)
                .param("asset", asset)
                .update();
        return file;
    }

    private UUID featuredAsset(UUID person) {
        return jdbc.sql(
                        """
                        select f.asset_id from person p
                        join asset_face f on f.id = p.face_asset_id where p.id = ?
                        """)
                .param(person)
                .query(UUID.class)
                .single();
    }

    @Test
    void aNewPhotoStandsForSomebodyWhoseOwnIsDeleted() {
        var marie = seen(ana, "Marie", 2);
        change(marie, "{\"featureFaceAssetId\": \"%s\"}".formatted(assetsOf(marie).getFirst()));
        var photos = assetsOf(marie);
        wire.call(
                ana,
                HttpMethod.DELETE,
                "/api/assets",
                "{\"ids\": [\"%s\"], \"force\": true}".formatted(photos.getFirst()),
                204);
        assertThat(featuredAsset(marie)).isEqualTo(photos.getLast());
    }

    /** Somebody who is on so many photos of the owner's timeline. */
    private UUID seen(Caller owner, String name, int count) {
        var person =
                jdbc.sql("insert into person (owner_id, name) values (?, ?) returning id")
                        .params(owner.userId(), name)
                        .query(UUID.class)
                        .single();
        for (int i = 0; i < count; i++) {
            jdbc.sql(
                            """
                            insert into asset_face (asset_id, person_id, image_width, image_height,
                                bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2)
                            values (?, ?, 100, 100, 10, 10, 20, 20)
                            """)
                    .params(given.asset(owner, Map.of()), person)
                    .update();
        }
        return person;
    }

    private void vector(UUID person, double first, double second) {
        jdbc.sql(
                        """
                        with face as (update person set face_asset_id =
                                (select id from asset_face where person_id = person.id limit 1)
                            where id = ? returning face_asset_id)
                        insert into face_search (face_id, embedding) select face_asset_id,
                            ('[' || ? || ',' || ? || repeat(',0', 510) || ']')::halfvec from face
                        """)
                .params(person, first, second)
                .update();
    }

    private List<UUID> assetsOf(UUID person) {
        return assetsOf(person, ana);
    }

    private List<UUID> assetsOf(UUID person, Caller owner) {
        return jdbc.sql(
                        """
                        select f.asset_id from asset_face f join asset a on a.id = f.asset_id
                        where f.person_id = ? and a.owner_id = ? order by f.id
                        """)
                .params(person, owner.userId())
                .query(UUID.class)
                .list();
    }

    private void change(UUID person, @Nullable String body) {
        wire.put(ana, "/api/people/" + person, String.valueOf(body), 200);
    }

    private int statistics(UUID person) {
        return wire.get(ana, "/api/people/%s/statistics".formatted(person)).path("assets").asInt();
    }

    private static List<UUID> ids(JsonNode page) {
        var ids = new ArrayList<UUID>();
        page.path("people")
                .forEach(person -> ids.add(UUID.fromString(person.path("id").asString())));
        return ids;
    }
}
