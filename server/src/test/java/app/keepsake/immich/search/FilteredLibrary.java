package app.keepsake.immich.search;

import app.keepsake.auth.Caller;
import app.keepsake.support.HouseholdTest;
import app.keepsake.words.SearchWords;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/**
 * Ana's library, of assets that differ in all that is filtered by, beside those of her partner Bo,
 * with whom she groups faces, and of Cleo, in whose album she is.
 */
abstract class FilteredLibrary extends HouseholdTest {

    static final Instant START = Instant.parse("2020-01-01T00:00:00Z");
    static final List<String> CITIES = List.of("Wien", "Linz", "Graz", "Sankt Pölten");
    static final List<String> STATES = List.of("Wien", "Oberösterreich", "Steiermark");
    static final List<String> COUNTRIES = List.of("Austria", "Österreich");
    static final List<String> MAKES = List.of("Canon", "Sony", "Apple");
    static final List<String> MODELS = List.of("EOS R5", "ILCE-7M4", "iPhone 13");
    static final List<String> LENSES = List.of("EF 50mm f/1.8", "EF 50mm", "Sigma 35mm");
    static final List<UUID> LIBRARIES =
            List.of(
                    UUID.fromString("7f3c1c5e-8a1b-4c1d-9e2f-0a1b2c3d4e5f"),
                    UUID.fromString("7f3c1c5e-8a1b-4c1d-9e2f-0a1b2c3d4e60"));
    static final List<String> WORDS = List.of("Receipt", "Total 12,50", "Exit", "100 %");

    final Random random = new Random(5);
    final List<Thing> things = new ArrayList<>();
    final List<UUID> people = new ArrayList<>();
    final List<UUID> albums = new ArrayList<>();
    final List<UUID> tags = new ArrayList<>();

    @BeforeEach
    void library() {
        var cleo = users.user();
        users.partner(bo, ana, true);
        for (int i = 0; i < 3; i++) {
            people.add(person(ana));
        }
        jdbc.sql(
                        """
                        update "user" set cluster_group_id = (select cluster_group_id from "user"
                            where id = ?) where id = ?
                        """)
                .params(ana.userId(), bo.userId())
                .update();
        albums.add(users.album(ana, bo));
        albums.add(users.album(cleo, ana));
        tags.add(tag("a", null));
        tags.add(tag("a/b", tags.getFirst()));
        tags.add(tag("c", null));
        var film = given.asset(users.user(), Map.of("type", "VIDEO"));
        for (int i = 0; i < 130; i++) {
            add(ana, film);
        }
        for (int i = 0; i < 30; i++) {
            add(bo, film);
            add(cleo, film);
        }
    }

    private UUID person(Caller owner) {
        return jdbc.sql("insert into person (owner_id) values (?) returning id")
                .param(owner.userId())
                .query(UUID.class)
                .single();
    }

    /** Whom Ana knows, as another knows them: Bo still groups with her, Cleo did. */
    private UUID counterpart(UUID person, Caller owner) {
        return jdbc.sql(
                        """
                        insert into person (owner_id, identity_id)
                        select :owner, identity_id from person where id = :person
                        on conflict (owner_id, identity_id) do update set name = person.name
                        returning id
                        """)
                .param("owner", owner.userId())
                .param("person", person)
                .query(UUID.class)
                .single();
    }

    Set<Integer> peopleOn(Thing thing) {
        return thing.owner().equals(ana) || thing.owner().equals(bo) ? thing.people() : Set.of();
    }

    private UUID tag(String value, @Nullable UUID parent) {
        return jdbc.sql("insert into tag (user_id, value, parent_id) values (?, ?, ?) returning id")
                .params(Arrays.asList(ana.userId(), value, parent))
                .query(UUID.class)
                .single();
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private Set<Integer> some() {
        var some = new TreeSet<Integer>();
        for (int i = 0; i < 3; i++) {
            if (chance(30)) {
                some.add(i);
            }
        }
        return some;
    }

    private void add(Caller owner, UUID film) {
        var isAnas = owner.equals(ana);
        var thing =
                new Thing(
                        UUID.randomUUID(),
                        owner,
                        chance(20) ? "VIDEO" : "IMAGE",
                        chance(70) ? "timeline" : one(List.of("archive", "hidden", "locked")),
                        chance(30),
                        chance(10),
                        chance(10),
                        chance(20),
                        chance(15) ? START.plus(random.nextInt(9), ChronoUnit.DAYS) : null,
                        START.plus(random.nextInt(60), ChronoUnit.DAYS),
                        START.plus(1 + random.nextInt(500_000), ChronoUnit.MICROS),
                        START.plus(random.nextInt(60), ChronoUnit.DAYS)
                                .plus(random.nextInt(1500), ChronoUnit.MICROS),
                        1000 + random.nextInt(20),
                        chance(50) ? 1 + random.nextInt(5) : null,
                        chance(40) ? one(LIBRARIES) : null,
                        chance(60) ? one(CITIES) : null,
                        chance(60) ? one(STATES) : null,
                        chance(60) ? one(COUNTRIES) : null,
                        chance(60) ? one(MAKES) : null,
                        chance(60) ? one(MODELS) : null,
                        chance(60) ? one(LENSES) : null,
                        (chance(50) ? "IMG_" : "holi%day ") + random.nextInt(50) + ".jpg",
                        chance(40) ? one(List.of("By the Sea", "at 50% off", "the sea")) : "",
                        chance(40) ? one(WORDS) : "",
                        some(),
                        isAnas
                                ? (chance(30) ? some() : Set.of())
                                : chance(50) ? Set.of(1) : Set.of(),
                        isAnas ? some() : Set.of(),
                        random.nextInt(60));
        store(thing, film);
        things.add(thing);
    }

    private void store(Thing thing, UUID film) {
        var columns = new HashMap<String, String>();
        columns.put("type", thing.type());
        columns.put("visibility", thing.visibility());
        columns.put("is_favorite", "" + thing.isFavorite());
        columns.put("is_offline", "" + thing.isOffline());
        columns.put("file_created_at", thing.taken().toString());
        columns.put("local_date_time", thing.taken().toString().replace("Z", ""));
        columns.put("created_at", thing.created().toString());
        columns.put("updated_at", thing.updated().toString());
        columns.put("size_in_bytes", "" + thing.size());
        columns.put("original_file_name", thing.name());
        columns.put("original_path", "upload/" + thing.id());
        if (thing.library() != null) {
            columns.put("library_id", thing.library().toString());
        }
        if (thing.isMotion()) {
            columns.put("live_photo_video_id", film.toString());
        }
        if (thing.trashed() != null) {
            columns.put("deleted_at", thing.trashed().toString());
            columns.put("status", "trashed");
        }
        var id = given.asset(thing.owner(), columns);
        jdbc.sql("update asset set id = ? where id = ?").params(thing.id(), id).update();
        jdbc.sql(
                        """
                        insert into asset_exif (asset_id, city, state, country, make, model,
                            lens_model, rating, description)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """)
                .params(
                        Arrays.asList(
                                thing.id(),
                                thing.city(),
                                thing.state(),
                                thing.country(),
                                thing.make(),
                                thing.model(),
                                thing.lens(),
                                thing.rating(),
                                thing.description()))
                .update();
        if (thing.isEncoded()) {
            jdbc.sql("insert into asset_file (asset_id, type, path) values (?, 'encoded_video', ?)")
                    .params(thing.id(), thing.id() + ".mp4")
                    .update();
        }
        if (!thing.text().isEmpty()) {
            jdbc.sql(
                            """
                            insert into ocr (asset_id, x1, y1, x2, y2, x3, y3, x4, y4, box_score,
                                text_score, text, words)
                            values (?, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, ?, ?)
                            """)
                    .params(
                            thing.id(),
                            thing.text(),
                            String.join(" ", SearchWords.of(thing.text())))
                    .update();
        }
        for (var person : thing.people()) {
            var known = counterpart(people.get(person), thing.owner());
            jdbc.sql(
                            """
                            insert into asset_face (asset_id, person_id, image_width, image_height,
                                bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2)
                            values (?, ?, 1, 1, 0, 0, 1, 1)
                            """)
                    .params(thing.id(), known)
                    .update();
        }
        for (var album : thing.albums()) {
            if (album < albums.size()) {
                jdbc.sql("insert into album_asset (album_id, asset_id) values (?, ?)")
                        .params(albums.get(album), thing.id())
                        .update();
            }
        }
        for (var tag : thing.tags()) {
            jdbc.sql("insert into tag_asset (tag_id, asset_id) values (?, ?)")
                    .params(tags.get(tag), thing.id())
                    .update();
        }
        // On a circle, so that each step of the angle's cosine is one of the distance.
        var cosine = 1 - thing.near() * 0.01;
        var vector = new double[512];
        vector[310] = cosine;
        vector[311] = Math.sqrt(1 - cosine * cosine);
        jdbc.sql(
                        "insert into smart_search (asset_id, model, embedding) values (?, 'circle', ?::halfvec)")
                .params(thing.id(), Arrays.toString(vector))
                .update();
    }

    /** To Ana. What others like is theirs to know. */
    boolean isFavorite(Thing thing) {
        return thing.owner().equals(ana) && thing.isFavorite();
    }

    /** The albums of this library that it is in. */
    Set<Integer> inAlbums(Thing thing) {
        var in = new TreeSet<>(thing.albums());
        in.removeIf(album -> album >= albums.size());
        return in;
    }
}
