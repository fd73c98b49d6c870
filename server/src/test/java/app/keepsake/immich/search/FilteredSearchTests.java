package app.keepsake.immich.search;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.Wire;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Some hundred combinations of filters over a library of many kinds of assets, each held against
 * what a loop over the same assets finds: as a list by every order, page by page by number and by
 * cursor, as a number, and sorted by how near pictures are to another.
 */
class FilteredSearchTests extends FilteredLibrary {

    /** A condition, as it is sent and as a loop tests it. */
    private record Filter(String field, String json, Predicate<Thing> holds) {

        boolean isOf(String... names) {
            return List.of(names).contains(field);
        }
    }

    private Predicate<Thing> mine(Predicate<Thing> holds) {
        return thing -> thing.owner().equals(ana) && holds.test(thing);
    }

    private static Filter filter(String field, String operators, Predicate<Thing> holds) {
        return new Filter(
                field, "\"%s\": {%s}".formatted(field, operators.replace('\'', '"')), holds);
    }

    private static boolean has(String text, String part) {
        return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }

    private Filter any() {
        var city = one(CITIES);
        var make = one(MAKES);
        var day = START.plus(random.nextInt(60), ChronoUnit.DAYS);
        var size = 1000 + random.nextInt(20);
        var stars = 1 + random.nextInt(5);
        var chosen = one(things);
        var created = chosen.created().truncatedTo(ChronoUnit.MILLIS);
        var wanted = random.nextBoolean();
        return switch (random.nextInt(38)) {
            case 0 -> filter("city", "'eq': '%s'".formatted(city), t -> city.equals(t.city()));
            case 1 -> filter("city", "'ne': '%s'".formatted(city), t -> !city.equals(t.city()));
            case 2 -> filter("city", "'eq': null", t -> t.city() == null);
            case 3 -> filter("city", "'ne': null", t -> t.city() != null);
            case 4 ->
                    filter(
                            "city",
                            "'in': ['%s', 'Wien']".formatted(city),
                            t -> city.equals(t.city()) || "Wien".equals(t.city()));
            case 5 ->
                    filter(
                            "city",
                            "'notIn': ['%s', 'Wien']".formatted(city),
                            t -> !city.equals(t.city()) && !"Wien".equals(t.city()));
            case 6 ->
                    filter(
                            "make",
                            "'eq': '%s', 'ne': 'Sony'".formatted(make),
                            t -> make.equals(t.make()) && !"Sony".equals(t.make()));
            case 7 ->
                    filter(
                            "rating",
                            "'gte': " + stars,
                            t -> t.rating() != null && t.rating() >= stars);
            case 8 ->
                    filter(
                            "rating",
                            "'lt': " + stars,
                            t -> t.rating() != null && t.rating() < stars);
            case 9 -> filter("rating", "'ne': " + stars, t -> !Objects.equals(t.rating(), stars));
            case 10 -> filter("rating", "'eq': null", t -> t.rating() == null);
            case 11 ->
                    filter(
                            "rating",
                            "'notIn': [1, %d]".formatted(stars),
                            t -> t.rating() == null || t.rating() != 1 && t.rating() != stars);
            case 12 ->
                    filter(
                            "fileSizeInBytes",
                            "'gt': %d, 'lte': 1015.5".formatted(size),
                            t -> t.size() > size && t.size() <= 1015);
            case 13 ->
                    filter("takenAt", "'gte': '%s'".formatted(day), t -> !t.taken().isBefore(day));
            case 14 -> filter("takenAt", "'lt': '%s'".formatted(day), t -> t.taken().isBefore(day));
            case 15 -> filter("takenAt", "'eq': '%s'".formatted(day), t -> t.taken().equals(day));
            case 16 ->
                    filter(
                            "createdAt",
                            "'eq': '%s'".formatted(created),
                            t -> t.created().truncatedTo(ChronoUnit.MILLIS).equals(created));
            case 17 -> filter("trashedAt", "'ne': null", t -> t.trashed() != null);
            case 18 ->
                    filter(
                            "trashedAt",
                            "'lt': '2020-01-05T00:00:00Z'",
                            t ->
                                    t.trashed() != null
                                            && t.trashed()
                                                    .isBefore(START.plus(4, ChronoUnit.DAYS)));
            case 19 -> filter("trashedAt", "'eq': null", t -> t.trashed() == null);
            case 20 -> filter("type", "'eq': 'VIDEO'", t -> t.type().equals("VIDEO"));
            case 21 -> filter("type", "'notIn': ['VIDEO', 'AUDIO']", t -> t.type().equals("IMAGE"));
            case 22 ->
                    filter(
                            "visibility",
                            "'ne': 'timeline'",
                            t -> !t.visibility().equals("timeline"));
            case 23 ->
                    filter(
                            "visibility",
                            "'in': ['archive', 'hidden']",
                            t -> Set.of("archive", "hidden").contains(t.visibility()));
            case 24 ->
                    filter(
                            "isFavorite",
                            "'eq': " + wanted,
                            t -> wanted == mine(Thing::isFavorite).test(t));
            case 25 -> filter("isMotion", "'eq': " + wanted, t -> t.isMotion() == wanted);
            case 26 -> filter("isEncoded", "'eq': " + wanted, t -> t.isEncoded() == wanted);
            case 27 -> filter("hasTags", "'eq': " + wanted, t -> t.tags().isEmpty() != wanted);
            case 28 -> filter("hasPeople", "'eq': " + wanted, t -> wanted != peopleOn(t).isEmpty());
            case 29 -> filter("hasAlbums", "'eq': " + wanted, t -> inAlbums(t).isEmpty() != wanted);
            case 30 ->
                    filter(
                            "originalFileName",
                            "'like': 'img_1', 'notLike': '9.JPG'",
                            t -> has(t.name(), "img_1") && !has(t.name(), "9.jpg"));
            case 31 ->
                    filter(
                            "originalFileName",
                            "'startsWith': 'HOLI%'",
                            t -> t.name().startsWith("holi%"));
            case 32 ->
                    filter(
                            "description",
                            "'endsWith': 'sea'",
                            t -> has(t.description(), "the sea"));
            case 33 -> filter("description", "'eq': null", t -> t.description().isEmpty());
            case 34 ->
                    filter(
                            "ocr",
                            "'matches': '%s'".formatted(one(List.of("total", "12,5 TOTAL", "%"))),
                            t -> true); // see below
            case 35 -> ids("personIds", people, this::peopleOn);
            case 36 -> ids("tagIds", tags, FilteredSearchTests::tagsWithThoseAbove);
            default -> ids("albumIds", albums, this::inAlbums);
        };
    }

    private static Set<Integer> tagsWithThoseAbove(Thing thing) {
        var tags = new TreeSet<>(thing.tags());
        if (tags.contains(1)) {
            tags.add(0);
        }
        return tags;
    }

    private Filter ids(String field, List<UUID> all, Function<Thing, Set<Integer>> of) {
        var first = random.nextInt(all.size());
        var second = random.nextInt(all.size());
        var both = "[\"%s\", \"%s\"]".formatted(all.get(first), all.get(second));
        return switch (random.nextInt(3)) {
            case 0 ->
                    filter(
                            field,
                            "'all': " + both,
                            t -> of.apply(t).containsAll(Set.copyOf(List.of(first, second))));
            case 1 ->
                    filter(
                            field,
                            "'any': " + both,
                            t -> of.apply(t).contains(first) || of.apply(t).contains(second));
            default ->
                    filter(
                            field,
                            "'none': " + both,
                            t -> !of.apply(t).contains(first) && !of.apply(t).contains(second));
        };
    }

    private Filter withOcr(Filter filter) {
        if (!filter.isOf("ocr")) {
            return filter;
        }
        var words = filter.json().replaceAll(".*: \"|\".*", "").toLowerCase(Locale.ROOT).split(" ");
        return new Filter(
                "ocr", filter.json(), t -> Stream.of(words).allMatch(word -> has(t.text(), word)));
    }

    /** Each field once, as JSON has it. */
    private Map<String, Filter> combination(int size) {
        var filters = new TreeMap<String, Filter>();
        while (filters.size() < size) {
            var filter = withOcr(any());
            filters.putIfAbsent(filter.field(), filter);
        }
        return filters;
    }

    private static String json(Map<String, Filter> filters) {
        return String.join(", ", filters.values().stream().map(Filter::json).toList());
    }

    // The reference

    private List<Thing> found(
            Map<String, Filter> all, List<Map<String, Filter>> branches, boolean isSmart) {
        var named =
                Stream.concat(Stream.of(all), branches.stream())
                        .flatMap(map -> map.values().stream())
                        .toList();
        var searchesTrash = named.stream().anyMatch(f -> f.isOf("trashedAt"));
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

    private List<UUID> pages(String kind, String body, boolean byCursor) {
        var all = new ArrayList<UUID>();
        var next = byCursor ? "" : ", \"page\": 1";
        while (true) {
            var assets =
                    wire.post(ana, "/api/search/" + kind, "{%s%s}".formatted(body, next), 200)
                            .path("assets");
            var items = assets.path("items");
            items.forEach(item -> all.add(Wire.id(item)));
            var more = assets.path(byCursor ? "nextCursor" : "nextPage");
            if (more.isNull()) {
                return all;
            }
            assertThat(items.size()).isEqualTo(37);
            next =
                    byCursor
                            ? ", \"cursor\": \"%s\"".formatted(more.asString())
                            : ", \"page\": " + more.asString();
        }
    }

    private List<UUID> smart(Thing like, String body) {
        return pages(
                "smart",
                "\"size\": 37, \"queryAssetId\": \"%s\"%s".formatted(like.id(), body),
                false);
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
            var all = combination(random.nextInt(4));
            var branches = new ArrayList<Map<String, Filter>>();
            for (int b = chance(30) ? 2 : 0; b > 0; b--) {
                branches.add(combination(1 + random.nextInt(2)));
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
                                                                    .map(b -> "{" + json(b) + "}")
                                                                    .toList()));
            var filter = "\"filter\": {%s%s}".formatted(json(all), or);
            var order = one(List.copyOf(new TreeMap<>(ORDERS).keySet()));
            var expected = found(all, branches, false);
            foundSome += expected.isEmpty() ? 0 : 1;

            var listed =
                    pages(
                            "metadata",
                            "\"size\": 37, \"orderBy\": {\"field\": \"%s\"}, %s"
                                    .formatted(order, filter),
                            chance(50));
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
        var filters =
                List.of(
                        new Filter("", "\"city\": \"Wien\"", t -> "Wien".equals(t.city())),
                        new Filter("", "\"make\": null", t -> t.make() == null),
                        new Filter("", "\"type\": \"IMAGE\"", t -> t.type().equals("IMAGE")),
                        new Filter("", "\"isFavorite\": true", mine(Thing::isFavorite)),
                        new Filter("", "\"isEncoded\": false", t -> !t.isEncoded()),
                        new Filter("", "\"isNotInAlbum\": true", t -> inAlbums(t).isEmpty()),
                        new Filter("", "\"tagIds\": null", t -> t.tags().isEmpty()),
                        new Filter("", "\"ocr\": \"receipt\"", t -> has(t.text(), "receipt")),
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
        for (var one : filters) {
            for (var two : filters) {
                var pair = new TreeMap<String, Filter>();
                pair.put(one.json(), one);
                pair.put(two.json(), two);
                var expected = found(pair, List.of(), true);
                assertThat(smart(like, ", " + json(pair)))
                        .as(json(pair))
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
                filter(
                        "albumIds",
                        "'any': ['%s']".formatted(albums.get(1)),
                        t -> inAlbums(t).contains(1));
        for (int i = 0; i < people.size(); i++) {
            var person = i;
            var shown =
                    filter(
                            "personIds",
                            "'any': ['%s']".formatted(people.get(i)),
                            t -> peopleOn(t).contains(person));
            for (var filters :
                    List.of(
                            Map.of("personIds", shown),
                            Map.of("personIds", shown, "albumIds", inAlbum))) {
                var expected = found(filters, List.of(), true);
                assertThat(expected).anyMatch(t -> t.owner().equals(bo));
                assertThat(smart(lookedFor(), ", \"filter\": {%s}".formatted(json(filters))))
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
                                org.springframework.http.HttpMethod.POST,
                                "/api/search/metadata",
                                body.formatted(cursor + ", \"order\": \"asc\"")))
                .isEqualTo("cursor is of no page of this search");
    }

    @Test
    void aRandomChoiceIsOfWhatTheFilterFinds() {
        var filter = Map.of("city", filter("city", "'eq': 'Wien'", t -> "Wien".equals(t.city())));
        var expected = found(filter, List.of(), false).stream().map(Thing::id).toList();
        var seen = new TreeSet<String>();
        for (int i = 0; i < 30; i++) {
            JsonNode some =
                    wire.post(
                            ana,
                            "/api/search/random",
                            "{\"size\": 3, \"filter\": {%s}}".formatted(json(filter)),
                            200);
            assertThat(some.size()).isEqualTo(3);
            seen.addAll(Wire.each(some, "id"));
        }
        assertThat(expected.stream().map(UUID::toString).toList()).containsAll(seen);
        // Ninety draws from some twenty that all were the same three would be no choice.
        assertThat(seen).hasSizeGreaterThan(6);
    }
}
