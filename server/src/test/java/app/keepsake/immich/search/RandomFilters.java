package app.keepsake.immich.search;

import static app.keepsake.immich.search.FilteredLibrary.CITIES;
import static app.keepsake.immich.search.FilteredLibrary.COUNTRIES;
import static app.keepsake.immich.search.FilteredLibrary.LENSES;
import static app.keepsake.immich.search.FilteredLibrary.LIBRARIES;
import static app.keepsake.immich.search.FilteredLibrary.MAKES;
import static app.keepsake.immich.search.FilteredLibrary.MODELS;
import static app.keepsake.immich.search.FilteredLibrary.START;
import static app.keepsake.immich.search.FilteredLibrary.STATES;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Conditions on all that assets of a library are filtered by, drawn as its numbers fall. */
record RandomFilters(FilteredLibrary library) {

    /** Each field once, as JSON has it. */
    Map<String, Filter> combination(int size) {
        var filters = new TreeMap<String, Filter>();
        while (filters.size() < size) {
            var filter = any();
            filters.putIfAbsent(filter.field(), filter);
        }
        return filters;
    }

    private Filter any() {
        var random = library.random;
        var day = START.plus(random.nextInt(60), ChronoUnit.DAYS);
        var size = 1000 + random.nextInt(20);
        var stars = 1 + random.nextInt(5);
        var chosen = library.one(library.things);
        var created = chosen.created().truncatedTo(ChronoUnit.MILLIS);
        var updated = chosen.updated().truncatedTo(ChronoUnit.MILLIS);
        var from = library.one(LIBRARIES);
        var wanted = random.nextBoolean();
        return switch (random.nextInt(55)) {
            case 0 -> text("city", CITIES, Thing::city);
            case 1 -> text("state", STATES, Thing::state);
            case 2 -> text("country", COUNTRIES, Thing::country);
            case 3 -> text("make", MAKES, Thing::make);
            case 4 -> text("model", MODELS, Thing::model);
            case 5 -> text("lensModel", LENSES, Thing::lens);
            case 6 -> text("city", CITIES, Thing::city);
            case 7 -> text("state", STATES, Thing::state);
            case 8 -> text("country", COUNTRIES, Thing::country);
            case 9 -> text("make", MAKES, Thing::make);
            case 10 -> text("model", MODELS, Thing::model);
            case 11 -> text("lensModel", LENSES, Thing::lens);
            case 12 ->
                    Filter.of(
                            "rating",
                            "'gte': " + stars,
                            t -> t.rating() != null && t.rating() >= stars);
            case 13 ->
                    Filter.of(
                            "rating",
                            "'lt': " + stars,
                            t -> t.rating() != null && t.rating() < stars);
            case 14 ->
                    Filter.of("rating", "'ne': " + stars, t -> !Objects.equals(t.rating(), stars));
            case 15 -> Filter.of("rating", "'eq': null", t -> t.rating() == null);
            case 16 ->
                    Filter.of(
                            "rating",
                            "'notIn': [1, %d]".formatted(stars),
                            t -> t.rating() == null || t.rating() != 1 && t.rating() != stars);
            case 17 ->
                    Filter.of(
                            "fileSizeInBytes",
                            "'gt': %d, 'lte': 1015.5".formatted(size),
                            t -> t.size() > size && t.size() <= 1015);
            case 18 ->
                    Filter.of(
                            "takenAt", "'gte': '%s'".formatted(day), t -> !t.taken().isBefore(day));
            case 19 ->
                    Filter.of("takenAt", "'lt': '%s'".formatted(day), t -> t.taken().isBefore(day));
            case 20 ->
                    Filter.of("takenAt", "'eq': '%s'".formatted(day), t -> t.taken().equals(day));
            case 21 ->
                    Filter.of(
                            "createdAt",
                            "'eq': '%s'".formatted(created),
                            t -> t.created().truncatedTo(ChronoUnit.MILLIS).equals(created));
            case 22 -> Filter.of("trashedAt", "'ne': null", t -> t.trashed() != null);
            case 23 ->
                    Filter.of(
                            "trashedAt",
                            "'lt': '2020-01-05T00:00:00Z'",
                            t ->
                                    t.trashed() != null
                                            && t.trashed()
                                                    .isBefore(START.plus(4, ChronoUnit.DAYS)));
            case 24 -> Filter.of("trashedAt", "'eq': null", t -> t.trashed() == null);
            case 25 -> Filter.of("type", "'eq': 'VIDEO'", t -> t.type().equals("VIDEO"));
            case 26 ->
                    Filter.of("type", "'notIn': ['VIDEO', 'AUDIO']", t -> t.type().equals("IMAGE"));
            case 27 ->
                    Filter.of(
                            "visibility",
                            "'ne': 'timeline'",
                            t -> !t.visibility().equals("timeline"));
            case 28 ->
                    Filter.of(
                            "visibility",
                            "'in': ['archive', 'hidden']",
                            t -> Set.of("archive", "hidden").contains(t.visibility()));
            case 29 ->
                    Filter.of(
                            "isFavorite", "'eq': " + wanted, t -> wanted == library.isFavorite(t));
            case 30 -> Filter.of("isMotion", "'eq': " + wanted, t -> t.isMotion() == wanted);
            case 31 -> Filter.of("isEncoded", "'eq': " + wanted, t -> t.isEncoded() == wanted);
            case 32 -> Filter.of("hasTags", "'eq': " + wanted, t -> t.tags().isEmpty() != wanted);
            case 33 ->
                    Filter.of(
                            "hasPeople",
                            "'eq': " + wanted,
                            t -> wanted != library.peopleOn(t).isEmpty());
            case 34 ->
                    Filter.of(
                            "hasAlbums",
                            "'eq': " + wanted,
                            t -> library.inAlbums(t).isEmpty() != wanted);
            case 35 ->
                    Filter.of(
                            "originalFileName",
                            "'like': 'img_1', 'notLike': '9.JPG'",
                            t -> has(t.name(), "img_1") && !has(t.name(), "9.jpg"));
            case 36 ->
                    Filter.of(
                            "originalFileName",
                            "'startsWith': 'HOLI%'",
                            t -> t.name().startsWith("holi%"));
            case 37 ->
                    Filter.of(
                            "description",
                            "'endsWith': 'sea'",
                            t -> has(t.description(), "the sea"));
            case 38 -> Filter.of("description", "'eq': null", t -> t.description().isEmpty());
            case 39 -> ocr(library.one(List.of("total", "12,5 TOTAL", "%")));
            case 40 -> ids("personIds", library.people, library::peopleOn);
            case 41 -> ids("tagIds", library.tags, RandomFilters::tagsWithThoseAbove);
            case 42 ->
                    Filter.of(
                            "updatedAt",
                            "'eq': '%s'".formatted(updated),
                            t -> t.updated().truncatedTo(ChronoUnit.MILLIS).equals(updated));
            case 43 ->
                    Filter.of(
                            "updatedAt",
                            "'ne': '%s'".formatted(updated),
                            t -> !t.updated().truncatedTo(ChronoUnit.MILLIS).equals(updated));
            case 44 ->
                    Filter.of(
                            "updatedAt",
                            "'gt': '%s', 'lte': '2020-02-20T00:00:00Z'".formatted(day),
                            t ->
                                    t.updated().isAfter(day)
                                            && !t.updated()
                                                    .isAfter(START.plus(50, ChronoUnit.DAYS)));
            case 45 -> Filter.of("isOffline", "'eq': " + wanted, t -> t.isOffline() == wanted);
            case 46 ->
                    Filter.of(
                            "libraryId",
                            "'eq': '%s'".formatted(from),
                            t -> from.equals(t.library()));
            case 47 ->
                    Filter.of(
                            "libraryId",
                            "'ne': '%s'".formatted(from),
                            t -> !from.equals(t.library()));
            case 48 -> Filter.of("libraryId", "'eq': null", t -> t.library() == null);
            case 49 -> Filter.of("libraryId", "'ne': null", t -> t.library() != null);
            case 50 ->
                    Filter.of(
                            "encodedVideoPath",
                            "'eq': '%s.mp4'".formatted(chosen.id()),
                            t -> t.equals(chosen) && t.isEncoded());
            case 51 ->
                    Filter.of(
                            "encodedVideoPath",
                            "'notIn': ['%s.mp4', 'x']".formatted(chosen.id()),
                            t -> !t.equals(chosen) || !t.isEncoded());
            case 52 ->
                    Filter.of(
                            "originalPath",
                            "'startsWith': 'UPLOAD/%s'".formatted(chosen.id().toString().charAt(0)),
                            t -> t.id().toString().charAt(0) == chosen.id().toString().charAt(0));
            case 53 -> Filter.of("id", "'ne': '%s'".formatted(chosen.id()), t -> !t.equals(chosen));
            default -> ids("albumIds", library.albums, library::inAlbums);
        };
    }

    private Filter text(String field, List<String> values, Function<Thing, @Nullable String> of) {
        var one = library.one(values);
        var other = library.one(values);
        return switch (library.random.nextInt(7)) {
            case 0, 1 ->
                    Filter.of(field, "'eq': '%s'".formatted(one), t -> one.equals(of.apply(t)));
            case 2 -> Filter.of(field, "'ne': '%s'".formatted(one), t -> !one.equals(of.apply(t)));
            case 3 -> Filter.of(field, "'eq': null", t -> of.apply(t) == null);
            case 4 ->
                    Filter.of(
                            field,
                            "'ne': null, 'notIn': ['%s']".formatted(one),
                            t -> of.apply(t) != null && !one.equals(of.apply(t)));
            case 5 ->
                    Filter.of(
                            field,
                            "'in': ['%s', '%s']".formatted(one, other),
                            t -> one.equals(of.apply(t)) || other.equals(of.apply(t)));
            default ->
                    Filter.of(
                            field,
                            "'notIn': ['%s', '%s']".formatted(one, other),
                            t -> !one.equals(of.apply(t)) && !other.equals(of.apply(t)));
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
        var first = library.random.nextInt(all.size());
        var second = library.random.nextInt(all.size());
        var both = "[\"%s\", \"%s\"]".formatted(all.get(first), all.get(second));
        return switch (library.random.nextInt(3)) {
            case 0 ->
                    Filter.of(
                            field,
                            "'all': " + both,
                            t -> of.apply(t).containsAll(Set.copyOf(List.of(first, second))));
            case 1 ->
                    Filter.of(
                            field,
                            "'any': " + both,
                            t -> of.apply(t).contains(first) || of.apply(t).contains(second));
            default ->
                    Filter.of(
                            field,
                            "'none': " + both,
                            t -> !of.apply(t).contains(first) && !of.apply(t).contains(second));
        };
    }

    private static Filter ocr(String words) {
        return Filter.of(
                "ocr",
                "'matches': '%s'".formatted(words),
                t -> Stream.of(words.split(" ")).allMatch(word -> has(t.text(), word)));
    }

    private static boolean has(String text, String part) {
        return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }
}
