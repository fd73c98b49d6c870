package app.keepsake.immich.duplicate;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.HeldTransaction;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Wire;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import tools.jackson.databind.JsonNode;

@ServerTest
class DuplicateControllerTests {

    private static final String PATH = "/api/duplicates";

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    @Autowired DataSource database;
    private Caller ana;
    private Wire wire;

    @BeforeEach
    void setUp() {
        ana = users.user();
        wire = new Wire(http, users);
    }

    private UUID member(UUID group, Map<String, String> columns) {
        return member(ana, group, columns);
    }

    private UUID member(Caller owner, UUID group, Map<String, String> columns) {
        var all = new HashMap<>(columns);
        all.put("duplicate_id", group.toString());
        var id = given.asset(owner, all);
        jdbc.sql("insert into asset_exif (asset_id) values (?)").param(id).update();
        return id;
    }

    private void exif(UUID id, String values) {
        jdbc.sql("update asset_exif set %s where asset_id = ?".formatted(values))
                .param(id)
                .update();
    }

    private List<String> groups(Caller caller) {
        return Wire.each(wire.get(caller, PATH), "duplicateId");
    }

    private boolean isInGroup(UUID asset) {
        return !asset(asset).path("duplicateId").isNull();
    }

    private JsonNode asset(UUID id) {
        return wire.get(ana, "/api/assets/" + id);
    }

    private static String group(UUID id, Collection<UUID> keep, Collection<UUID> trash) {
        return "{\"duplicateId\": \"%s\", \"keepAssetIds\": %s, \"trashAssetIds\": %s}"
                .formatted(id, Wire.list(keep), Wire.list(trash));
    }

    private JsonNode resolve(String... groups) {
        return wire.post(
                ana,
                PATH + "/resolve",
                "{\"groups\": [%s]}".formatted(String.join(", ", groups)),
                200);
    }

    private JsonNode resolve(UUID id, Collection<UUID> keep, Collection<UUID> trash) {
        return resolve(group(id, keep, trash)).get(0);
    }

    @Test
    void groupsComeNewestFirstWithTheBestOfEach() {
        var older = UUID.randomUUID();
        var newer = UUID.randomUUID();
        var small = member(older, Map.of("file_created_at", "2020-01-01T00:00:00Z"));
        var large =
                member(
                        older,
                        Map.of(
                                "file_created_at", "2019-01-01T00:00:00Z",
                                "size_in_bytes", "2000"));
        var plain = member(newer, Map.of("file_created_at", "2021-01-01T00:00:00Z"));
        var described = member(newer, Map.of("file_created_at", "2020-06-01T00:00:00Z"));
        exif(described, "make = 'Canon', latitude = 1, longitude = 1");
        var groups = wire.get(ana, PATH);
        assertThat(Wire.each(groups, "duplicateId"))
                .containsExactly(newer.toString(), older.toString());
        assertThat(Wire.each(groups.get(0).path("assets"), "id"))
                .containsExactly(described.toString(), plain.toString());
        assertThat(Wire.each(groups.get(1).path("assets"), "id"))
                .containsExactly(large.toString(), small.toString());
        assertThat(groups.get(0).path("suggestedKeepAssetIds").toString())
                .isEqualTo("[\"%s\"]".formatted(described));
        assertThat(groups.get(1).path("suggestedKeepAssetIds").toString())
                .isEqualTo("[\"%s\"]".formatted(large));
        assertThat(groups.get(0).path("assets").get(0).path("exifInfo").path("make").asString())
                .isEqualTo("Canon");
    }

    @ParameterizedTest
    @ValueSource(strings = {"locked", "archive", "hidden", "trashed", "another's", "stacked"})
    void ofWhatIsNotOnTheTimelineNoGroupIsShown(String kind) {
        var group = UUID.randomUUID();
        var shown = member(group, Map.of());
        switch (kind) {
            case "trashed" ->
                    member(
                            group,
                            Map.of("deleted_at", "2024-01-01T00:00:00Z", "status", "trashed"));
            case "another's" -> {
                var bo = users.user();
                users.partner(bo, ana, true);
                member(bo, group, Map.of());
            }
            case "stacked" -> {
                var stack =
                        jdbc.sql(
                                        """
                                        insert into stack (owner_id, primary_asset_id)
                                        values (?, ?) returning id
                                        """)
                                .params(ana.userId(), given.asset(ana, Map.of()))
                                .query(UUID.class)
                                .single();
                member(group, Map.of("stack_id", stack.toString()));
            }
            default -> member(group, Map.of("visibility", kind));
        }
        assertThat(groups(ana)).isEmpty();
        member(group, Map.of());
        var groups = wire.get(ana, PATH);
        assertThat(groups.size()).isEqualTo(1);
        assertThat(Wire.each(groups.get(0).path("assets"), "id"))
                .hasSize(2)
                .contains(shown.toString());
    }

    @Test
    void dismissedGroupsAreNoDuplicatesAndOnlyTheirOwnersMayDoSo() {
        var one = UUID.randomUUID();
        var two = UUID.randomUUID();
        var three = UUID.randomUUID();
        var asset = member(one, Map.of());
        member(one, Map.of());
        for (var group : List.of(two, three)) {
            member(group, Map.of());
            member(group, Map.of());
        }
        var bo = users.user();
        wire.delete(bo, PATH + "/" + one, 204);
        wire.call(bo, HttpMethod.DELETE, PATH, Wire.ids(one, two), 204);
        assertThat(groups(ana)).hasSize(3);
        wire.delete(ana, PATH + "/" + one, 204);
        assertThat(groups(ana)).containsExactlyInAnyOrder(two.toString(), three.toString());
        assertThat(isInGroup(asset)).isFalse();
        wire.call(ana, HttpMethod.DELETE, PATH, Wire.ids(two, three, UUID.randomUUID()), 204);
        assertThat(groups(ana)).isEmpty();
        wire.call(ana, HttpMethod.DELETE, PATH, "{}", 400);
        wire.delete(ana, PATH + "/1", 400);
    }

    @Test
    void resolvingTrashesWhatIsNotKept() {
        var group = UUID.randomUUID();
        var kept = member(group, Map.of());
        var first = member(group, Map.of());
        var second = member(group, Map.of());
        var answer = resolve(group, List.of(kept), List.of(first, second));
        assertThat(answer.path("id").asString()).isEqualTo(group.toString());
        assertThat(answer.path("success").asBoolean()).isTrue();
        assertThat(groups(ana)).isEmpty();
        assertThat(isInGroup(kept)).isFalse();
        assertThat(asset(kept).path("isTrashed").asBoolean()).isFalse();
        for (var gone : List.of(first, second)) {
            assertThat(asset(gone).path("isTrashed").asBoolean()).isTrue();
            assertThat(isInGroup(gone)).isFalse();
        }
    }

    @Test
    void allCanBeKeptAndAllCanBeTrashed() {
        var keep = UUID.randomUUID();
        var trash = UUID.randomUUID();
        var kept = List.of(member(keep, Map.of()), member(keep, Map.of()));
        var gone = List.of(member(trash, Map.of()), member(trash, Map.of()));
        var answers = resolve(group(keep, kept, List.of()), group(trash, List.of(), gone));
        assertThat(Wire.each(answers, "success")).containsExactly("true", "true");
        assertThat(kept).noneMatch(id -> asset(id).path("isTrashed").asBoolean());
        assertThat(gone).allMatch(id -> asset(id).path("isTrashed").asBoolean());
        assertThat(groups(ana)).isEmpty();
    }

    @Test
    void whatWasSaidOfTheTrashedIsSaidOfTheKept() {
        var group = UUID.randomUUID();
        var kept = member(group, Map.of());
        var other = member(group, Map.of());
        var gone = member(group, Map.of("is_favorite", "true"));
        exif(kept, "description = 'The sea'");
        exif(other, "rating = 5, latitude = 1.5, longitude = 2.5, description = 'In Rimini'");
        exif(gone, "rating = 3, latitude = 47, longitude = 15, description = 'The sea'");
        var album = users.album(ana, users.user(), gone);
        var foreign = users.album(users.user(), ana, gone);
        var tag =
                jdbc.sql("insert into tag (user_id, value) values (?, 'Holidays') returning id")
                        .param(ana.userId())
                        .query(UUID.class)
                        .single();
        jdbc.sql("insert into tag_asset (tag_id, asset_id) values (?, ?)")
                .params(tag, gone)
                .update();
        resolve(group, List.of(kept, other), List.of(gone));
        var first = asset(kept);
        assertThat(first.path("isFavorite").asBoolean()).isTrue();
        assertThat(first.path("exifInfo").path("rating").asInt()).isEqualTo(3);
        assertThat(first.path("exifInfo").path("latitude").asDouble()).isEqualTo(47);
        assertThat(first.path("exifInfo").path("longitude").asDouble()).isEqualTo(15);
        assertThat(first.path("exifInfo").path("description").asString()).isEqualTo("The sea");
        assertThat(Wire.each(first.path("tags"), "name")).containsExactly("Holidays");
        var second = asset(other);
        assertThat(second.path("exifInfo").path("rating").asInt()).isEqualTo(5);
        assertThat(second.path("exifInfo").path("latitude").asDouble()).isEqualTo(1.5);
        assertThat(second.path("exifInfo").path("description").asString())
                .isEqualTo("In Rimini\nThe sea");
        assertThat(Wire.each(second.path("tags"), "name")).containsExactly("Holidays");
        var inAlbum = "select asset_id from album_asset where album_id = ?";
        assertThat(jdbc.sql(inAlbum).param(album).query(UUID.class).list()).contains(kept, other);
        // The caller may only look at that one.
        assertThat(jdbc.sql(inAlbum).param(foreign).query(UUID.class).list())
                .doesNotContain(kept, other);
    }

    @Test
    void whatDoesNotFitIsRefusedAndNothingIsChanged() {
        var group = UUID.randomUUID();
        var mine = member(group, Map.of());
        var other = member(group, Map.of());
        var outside = given.asset(ana, Map.of());
        var locked = member(group, Map.of("visibility", "locked"));
        var bo = users.user();
        var bos = UUID.randomUUID();
        var bosAsset = member(bo, bos, Map.of());
        member(bo, bos, Map.of());
        var answers =
                resolve(
                        group(group, List.of(mine), List.of(other, outside)),
                        group(group, List.of(mine), List.of(mine, other)),
                        group(group, List.of(mine), List.of(bosAsset)),
                        group(group, List.of(mine), List.of(locked)),
                        group(bos, List.of(), List.of(bosAsset)),
                        group(UUID.randomUUID(), List.of(), List.of(mine)));
        assertThat(Wire.each(answers, "error"))
                .containsExactly(
                        "validation",
                        "validation",
                        "validation",
                        "validation",
                        "not_found",
                        "not_found");
        assertThat(groups(ana)).containsExactly(group.toString());
        assertThat(groups(bo)).containsExactly(bos.toString());
        for (var id : List.of(mine, other, outside)) {
            assertThat(asset(id).path("isTrashed").asBoolean()).isFalse();
        }
        for (var body : List.of("{}", "{\"groups\": []}", "{\"groups\": [{}]}")) {
            wire.post(ana, PATH + "/resolve", body, 400);
        }
    }

    @Test
    void whoCameIntoTheGroupMeanwhileIsStillToBeComparedWithWhatWasKept() {
        var group = UUID.randomUUID();
        var kept = member(group, Map.of());
        var gone = member(group, Map.of());
        var fresh = member(group, Map.of());
        resolve(group, List.of(kept), List.of(gone));
        var groups = wire.get(ana, PATH);
        assertThat(groups.size()).isEqualTo(1);
        assertThat(Wire.each(groups.get(0).path("assets"), "id"))
                .containsExactlyInAnyOrder(kept.toString(), fresh.toString());
        resolve(group, List.of(), List.of(fresh));
        assertThat(groups(ana)).isEmpty();
        assertThat(isInGroup(kept)).isFalse();
    }

    @Test
    void whatIsDismissedOrKeptTogetherIsRememberedToBeApart() {
        var dismissed = group(3);
        var archived = member(groupOf(dismissed), Map.of("visibility", "archive"));
        wire.delete(ana, PATH + "/" + groupOf(dismissed), 204);
        assertThat(apart(dismissed.getFirst())).containsExactlyInAnyOrderElementsOf(dismissed);
        assertThat(apart(archived)).isEmpty();

        var kept = group(3);
        resolve(groupOf(kept), kept.subList(0, 2), kept.subList(2, 3));
        assertThat(apart(kept.getFirst())).containsExactlyInAnyOrderElementsOf(kept.subList(0, 2));
        assertThat(apart(kept.get(2))).isEmpty();

        var partly = group(3); // the third came meanwhile
        resolve(groupOf(partly), partly.subList(0, 1), partly.subList(1, 2));
        assertThat(apart(partly.getFirst())).isEmpty();

        // As older clients keep all.
        var unmarked = group(2);
        var others = group(2);
        wire.put(
                ana,
                "/api/assets",
                "{\"ids\": %s, \"duplicateId\": null}"
                        .formatted(
                                Wire.list(
                                        List.of(
                                                unmarked.getFirst(),
                                                unmarked.getLast(),
                                                others.getFirst()))),
                204);
        assertThat(apart(unmarked.getFirst())).containsExactlyInAnyOrderElementsOf(unmarked);
        assertThat(apart(others.getFirst())).isEmpty();

        var bos = group(2);
        wire.delete(users.user(), PATH + "/" + groupOf(bos), 204);
        assertThat(apart(bos.getFirst())).isEmpty();
    }

    /** What a worker compares at that moment, it groups before, or has apart. */
    @Test
    void dismissingWaitsForWhoComparesTheSameOwnersAssets() throws Exception {
        var group = group(2);
        try (var worker = new HeldTransaction(database)) {
            worker.jdbc()
                    .sql(
                            "select pg_advisory_xact_lock(hashtextextended('duplicates ' || ?::text, 0))::text")
                    .param(ana.userId())
                    .query(String.class)
                    .single();
            var dismissal =
                    CompletableFuture.runAsync(
                            () -> wire.delete(ana, PATH + "/" + groupOf(group), 204));
            worker.awaitWaiter();
            worker.commit();
            dismissal.get(10, TimeUnit.SECONDS);
        }
        assertThat(apart(group.getFirst())).hasSize(2);
    }

    private final Map<UUID, UUID> groups = new HashMap<>();

    private List<UUID> group(int size) {
        var group = UUID.randomUUID();
        var members = Stream.generate(() -> member(group, Map.of())).limit(size).toList();
        groups.put(members.getFirst(), group);
        return members;
    }

    private UUID groupOf(List<UUID> members) {
        return Objects.requireNonNull(groups.get(members.getFirst()));
    }

    /** An asset and those which are no duplicates of it. */
    private List<UUID> apart(UUID asset) {
        return jdbc.sql(
                        """
                        select distinct theirs.asset_id from dismissed_duplicate mine
                        join dismissed_duplicate theirs using (dismissal_id)
                        where mine.asset_id = ?
                        """)
                .param(asset)
                .query(UUID.class)
                .list();
    }
}
