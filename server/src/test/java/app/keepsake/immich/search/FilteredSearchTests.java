package app.keepsake.immich.search;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.Wire;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.JsonNode;

/**
 * Some hundred combinations of filters over a library of many kinds of assets, each held against
 * what a loop over the same assets finds: as a list by every order, page by page by number and by
 * cursor, as a number, and sorted by how near pictures are to another.
 */
class FilteredSearchTests extends FilteredLibrary {

    private final RandomFilters filters = new RandomFilters(this);

    // The reference

    private List<Thing> found(
            Map<String, Filter> all, List<Map<String, Filter>> branches, boolean isSmart) {
        var named =
                Stream.concat(Stream.of(all), branches.stream())
                        .flatMap(map -> map.values().stream())
                        .toList();
        var searchesTrash =
                named.stream()
                        .anyMatch(
                                f ->
                                        f.isOf("trashedAt")
                                                || f.isOf("isOffline")
                                                        && f.json().contains("true"));
        var searchesVisibility = named.stream().anyMatch(f -> f.isOf("visibility"));
        var searchedAlbums =
                named.stream()
                        .filter(f -> f.isOf("albumIds") && !f.json().contains("none"))
                        .map(Filter::json)
                        .toList();
        return things.stream()
                .filter(t -> isSearched(t, searchedAlbums))
                .filter(t -> searchesTrash || t.trashed() == null)
                .filter(t -> !t.visibility().equals("locked"))
                .filter(t -> !isSmart || searchesVisibility || !t.visibility().equals("hidden"))
                .filter(t -> all.values().stream().allMatch(f -> f.holds().test(t)))
                .filter(
                        t ->
                                branches.isEmpty()
                                        || branches.stream()
                                                .anyMatch(
                                                        b ->
                                                                b.values().stream()
                                                                        .allMatch(
                                                                                f ->
                                                                                        f.holds()
                                                                                                .test(
                                                                                                        t))))
                .toList();
    }

    private boolean isSearched(Thing thing, List<String> searchedAlbums) {
        return thing.owner().equals(ana)
                || thing.owner().equals(bo)
                        && thing.visibility().equals("timeline")
                        && thing.trashed() == null
                || thing.trashed() == null
                        && inAlbums(thing).stream()
                                .anyMatch(
                                        album ->
                                                searchedAlbums.stream()
                                                        .anyMatch(
                                                                json ->
                                                                        json.contains(
                                                                                albums.get(album)
                                                                                        .toString())));
    }

    private static List<UUID> sorted(List<Thing> things, Comparator<Thing> order) {
        return things.stream().sorted(order).map(Thing::id).toList();
    }

    private static final Comparator<Thing> BY_ID = Comparator.comparing(t -> t.id().toString());

    private static final Map<String, Comparator<Thing>> ORDERS =
            Map.of(
                    "fileCreatedAt\", \"direction\": \"asc",
                            Comparator.comparing(Thing::taken).thenComparing(BY_ID),
                    "localDateTime\", \"direction\": \"desc",
                            Comparator.comparing(Thing::taken).thenComparing(BY_ID).reversed(),
                    "fileSizeInBytes\", \"direction\": \"desc",
                            Comparator.comparing(Thing::size).thenComparing(BY_ID).reversed(),
                    "rating\", \"direction\": \"desc", byRating(true),
                    "rating\", \"direction\": \"asc", byRating(false));

    private static Comparator<Thing> byRating(boolean isDescending) {
        var among =
                isDescending
                        ? Comparator.<Integer>reverseOrder()
                        : Comparator.<Integer>naturalOrder();
        return Comparator.comparing(Thing::rating, Comparator.nullsLast(among))
                .thenComparing(isDescending ? BY_ID.reversed() : BY_ID);
    }

    // The search

    /**
     * All pages, of which each says how the next is asked for.
     *
     * @param ways what a client goes on by, the first that there is
     */
    private List<UUID> pages(String kind, String body, String... ways) {
        var all = new ArrayList<UUID>();
        var next = List.of(ways).contains("page") ? ", \"page\": 1" : "";
        while (true) {
            var assets =
                    wire.post(ana, "/api/search/" + kind, "{%s%s}".formatted(body, next), 200)
                            .path("assets");
            var items = assets.path("items");
            items.forEach(item -> all.add(Wire.id(item)));
            assertThat(all).as("%s%s", body, next).doesNotHaveDuplicates();
            var way = Stream.of(ways).filter(each -> !next(assets, each).isNull()).findFirst();
            if (way.isEmpty()) {
                return all;
            }
            assertThat(items.size()).isEqualTo(37);
            var more = next(assets, way.get());
            next =
                    way.get().equals("page")
                            ? ", \"page\": " + more.asString()
                            : ", \"cursor\": " + more;
        }
    }

    private static JsonNode next(JsonNode assets, String way) {
        return assets.path(way.equals("page") ? "nextPage" : "nextCursor");
    }

    private List<UUID> smart(Thing like, String body) {
        return pages(
                "smart",
                "\"size\": 37, \"queryAssetId\": \"%s\"%s".formatted(like.id(), body),
                "cursor",
                "page");
    }

    private Thing lookedFor() {
        return things.stream()
                .filter(t -> t.owner().equals(ana) && !t.visibility().equals("locked"))
                .min(Comparator.comparingInt(Thing::near))
                .orElseThrow();
    }

    @Test
    void everyCombinationOfFiltersFindsWhatALoopFinds() {
        var like = lookedFor();
        assertThat(like.near()).isZero();
        var foundSome = 0;
        for (int i = 0; i < 150; i++) {
            var all = filters.combination(random.nextInt(4));
            var branches = new ArrayList<Map<String, Filter>>();
            for (int b = chance(30) ? 2 : 0; b > 0; b--) {
                branches.add(filters.combination(1 + random.nextInt(2)));
            }
            var or =
                    branches.isEmpty()
                            ? ""
                            : (all.isEmpty() ? "" : ", ")
                                    + "\"or\": [%s]"
                                            .formatted(
                                                    String.join(
                                                            ", ",
                                                            branches.stream()
                                                                    .map(
                                                                            b ->
                                                                                    "{"
                                                                                            + Filter
                                                                                                    .json(
                                                                                                            b)
                                                                                            + "}")
                                                                    .toList()));
            var filter = "\"filter\": {%s%s}".formatted(Filter.json(all), or);
            var order = one(List.copyOf(new TreeMap<>(ORDERS).keySet()));
            var expected = found(all, branches, false);
            foundSome += expected.isEmpty() ? 0 : 1;

            var listed =
                    pages(
                            "metadata",
                            "\"size\": 37, \"orderBy\": {\"field\": \"%s\"}, %s"
                                    .formatted(order, filter),
                            chance(50) ? "cursor" : "page");
            assertThat(listed)
                    .as("%s by %s", filter, order)
                    .isEqualTo(sorted(expected, Objects.requireNonNull(ORDERS.get(order))));
            var nearest = found(all, branches, true);
            assertThat(smart(like, ", " + filter))
                    .as("smart %s", filter)
                    .isEqualTo(
                            sorted(
                                    nearest,
                                    Comparator.comparing(Thing::near).thenComparing(BY_ID)));
            assertThat(
                            wire.post(ana, "/api/search/statistics", "{" + filter + "}", 200)
                                    .path("total")
                                    .asInt())
                    .isEqualTo(expected.size());
        }
        assertThat(foundSome).isGreaterThan(75);
    }

    @Test
    void olderFieldsFindWhatALoopFindsTogetherAndWithAFilter() {
        var like = lookedFor();
        var each =
                List.of(
                        new Filter("", "\"city\": \"Wien\"", t -> "Wien".equals(t.city())),
                        new Filter("", "\"state\": \"Wien\"", t -> "Wien".equals(t.state())),
                        new Filter(
                                "", "\"country\": \"Austria\"", t -> "Austria".equals(t.country())),
                        new Filter("", "\"make\": null", t -> t.make() == null),
                        new Filter("", "\"model\": \"EOS R5\"", t -> "EOS R5".equals(t.model())),
                        new Filter(
                                "", "\"lensModel\": \"EF 50mm\"", t -> "EF 50mm".equals(t.lens())),
                        new Filter("isOffline", "\"isOffline\": true", Thing::isOffline),
                        new Filter("", "\"libraryId\": null", t -> t.library() == null),
                        new Filter(
                                "",
                                "\"updatedAfter\": \"2020-01-20T00:00:00Z\"",
                                t -> !t.updated().isBefore(START.plus(19, ChronoUnit.DAYS))),
                        new Filter("", "\"type\": \"IMAGE\"", t -> t.type().equals("IMAGE")),
                        new Filter("", "\"isFavorite\": true", this::isFavorite),
                        new Filter("", "\"isEncoded\": false", t -> !t.isEncoded()),
                        new Filter("", "\"isNotInAlbum\": true", t -> inAlbums(t).isEmpty()),
                        new Filter("", "\"tagIds\": null", t -> t.tags().isEmpty()),
                        new Filter("", "\"ocr\": \"receipt\"", t -> t.text().equals("Receipt")),
                        new Filter(
                                "",
                                "\"takenBefore\": \"2020-01-30T00:00:00Z\"",
                                t -> !t.taken().isAfter(START.plus(29, ChronoUnit.DAYS))),
                        new Filter(
                                "",
                                "\"personIds\": [\"%s\", \"%s\"]"
                                        .formatted(people.get(0), people.get(1)),
                                t -> peopleOn(t).containsAll(Set.of(0, 1))),
                        new Filter(
                                "",
                                "\"filter\": {\"rating\": {\"gte\": 3}}",
                                t -> t.rating() != null && t.rating() >= 3));
        for (var one : each) {
            for (var two : each.subList(each.indexOf(one), each.size())) {
                var pair = new TreeMap<String, Filter>();
                pair.put(one.json(), one);
                pair.put(two.json(), two);
                var expected = found(pair, List.of(), true);
                assertThat(smart(like, ", " + Filter.json(pair)))
                        .as(Filter.json(pair))
                        .isEqualTo(
                                sorted(
                                        expected,
                                        Comparator.comparing(Thing::near).thenComparing(BY_ID)));
            }
        }
    }

    /** Cleo knows the same people, but groups with others. */
    @Test
    void somebodyIsFoundOnTheirOwnersPhotosWhoSharesTheGrouping() {
        var inAlbum =
                Filter.of(
                        "albumIds",
                        "'any': ['%s']".formatted(albums.get(1)),
                        t -> inAlbums(t).contains(1));
        for (int i = 0; i < people.size(); i++) {
            var person = i;
            var shown =
                    Filter.of(
                            "personIds",
                            "'any': ['%s']".formatted(people.get(i)),
                            t -> peopleOn(t).contains(person));
            for (var filters :
                    List.of(
                            Map.of("personIds", shown),
                            Map.of("personIds", shown, "albumIds", inAlbum))) {
                var expected = found(filters, List.of(), true);
                assertThat(expected).anyMatch(t -> t.owner().equals(bo));
                assertThat(smart(lookedFor(), ", \"filter\": {%s}".formatted(Filter.json(filters))))
                        .containsExactlyInAnyOrderElementsOf(
                                expected.stream().map(Thing::id).toList());
            }
        }
    }

    @Test
    void theLikestCanBeSortedByDate() {
        var byDate = Objects.requireNonNull(ORDERS.get("fileCreatedAt\", \"direction\": \"asc"));
        assertThat(
                        smart(
                                lookedFor(),
                                ", \"orderBy\": {\"field\": \"fileCreatedAt\", \"direction\": \"asc\"}"))
                .isEqualTo(sorted(found(Map.of(), List.of(), true), byDate));
    }

    @Test
    void aSearchWhosePagesHaveNumbersTakesNoCursor() {
        var cursor =
                wire.post(ana, "/api/search/metadata", "{\"size\": 1}", 200)
                        .path("assets")
                        .path("nextCursor");
        for (var order : List.of("", ", \"orderBy\": {\"field\": \"fileCreatedAt\"}")) {
            assertThat(
                            wire.refusal(
                                    ana,
                                    HttpMethod.POST,
                                    "/api/search/smart",
                                    "{\"queryAssetId\": \"%s\", \"cursor\": %s%s}"
                                            .formatted(lookedFor().id(), cursor, order)))
                    .startsWith("cursor is of no page of this search");
        }
    }

    @Test
    void aCursorStaysWhereItIsWhileNewPicturesCome() {
        var body = "{\"size\": 20%s}";
        var first = wire.post(ana, "/api/search/metadata", body.formatted(""), 200).path("assets");
        var before = wire.post(ana, "/api/search/metadata", "{\"size\": 1000}", 200);
        for (int i = 0; i < 5; i++) {
            given.asset(ana, Map.of("file_created_at", "2030-01-01T00:00:00Z"));
        }
        var cursor = ", \"cursor\": \"%s\"".formatted(first.path("nextCursor").asString());
        var second =
                wire.post(ana, "/api/search/metadata", body.formatted(cursor), 200).path("assets");
        assertThat(Wire.each(second.path("items"), "id"))
                .isEqualTo(Wire.each(before.path("assets").path("items"), "id").subList(20, 40));
        assertThat(second.path("nextPage").isNull()).isTrue();
        assertThat(
                        wire.refusal(
                                ana,
                                HttpMethod.POST,
                                "/api/search/metadata",
                                body.formatted(cursor + ", \"order\": \"asc\"")))
                .isEqualTo("cursor is of no page of this search");
    }

    @Test
    void aRandomChoiceIsOfWhatTheFilterFinds() {
        var filter =
                Map.of("city", Filter.of("city", "'eq': 'Wien'", t -> "Wien".equals(t.city())));
        var expected = found(filter, List.of(), false).stream().map(Thing::id).toList();
        var seen = new TreeSet<String>();
        for (int i = 0; i < 30; i++) {
            JsonNode some =
                    wire.post(
                            ana,
                            "/api/search/random",
                            "{\"size\": 3, \"filter\": {%s}}".formatted(Filter.json(filter)),
                            200);
            assertThat(some.size()).isEqualTo(3);
            seen.addAll(Wire.each(some, "id"));
        }
        assertThat(expected.stream().map(UUID::toString).toList()).containsAll(seen);
        // Ninety draws from some twenty that all were the same three would be no choice.
        assertThat(seen).hasSizeGreaterThan(6);
    }
}
