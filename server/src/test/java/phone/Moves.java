package phone;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What people do in their apps, at random, through the API alone. The database is looked into only
 * to choose something that exists. Each move is one that the server must grant.
 */
final class Moves {

    private interface Move {
        /** Says what was done; nothing when there was nothing to do it with. */
        Optional<String> by(Phone phone);
    }

    /**
     * Assets that a person may do anything with; those of {@link LateTransaction} are left alone.
     */
    private static final String OWN =
            """
            owner_id = ? and original_file_name like 'IMG%' and status = 'active'
                and visibility in ('timeline', 'archive')
            """;

    private final JdbcClient jdbc;
    private final Random random;
    private final byte[] picture;
    private final List<Phone> phones;
    private final List<Photo> taken = new ArrayList<>();
    private final List<Move> moves =
            List.of(
                    this::upload,
                    this::upload,
                    this::uploadLivePhoto,
                    this::uploadAgain,
                    this::favourite,
                    this::archive,
                    this::lock,
                    this::unlock,
                    this::trash,
                    this::restore,
                    this::deleteForGood,
                    this::createAlbum,
                    this::share,
                    this::leave,
                    this::addToAlbum,
                    this::addToAlbum,
                    this::removeFromAlbum,
                    this::describeAlbum,
                    this::deleteAlbum,
                    this::changePartner,
                    this::showPartner,
                    this::stack,
                    this::unstack,
                    this::tag,
                    this::editDate,
                    this::editDescription,
                    this::attachMetadata,
                    this::rotate,
                    this::rename,
                    this::requireReset);

    /** While transactions hold rows of albums and users, nothing is done that waits for those. */
    boolean isAnyoneLate;

    private int count;

    /**
     * @param picture a JPEG; each photo is one with other bytes behind it
     * @param phones of all people
     */
    Moves(JdbcClient jdbc, Random random, byte[] picture, List<Phone> phones) {
        this.jdbc = jdbc;
        this.random = random;
        this.picture = picture;
        this.phones = phones;
    }

    /** Makes one move with this phone, and says which. */
    String make(Phone phone) {
        while (true) {
            var done = moves.get(random.nextInt(moves.size())).by(phone);
            if (done.isPresent()) {
                return done.get();
            }
        }
    }

    private Photo take() {
        return take("IMG_%05d.jpg".formatted(count++));
    }

    private Photo take(String name) {
        var salt = (name + random.nextLong()).getBytes(UTF_8);
        var bytes = Arrays.copyOf(picture, picture.length + salt.length);
        System.arraycopy(salt, 0, bytes, picture.length, salt.length);
        return Photo.of(
                name, bytes, Instant.ofEpochSecond(1_600_000_000 + random.nextInt(1 << 26)));
    }

    private Optional<String> upload(Phone phone) {
        return upload(phone, take());
    }

    private Optional<String> uploadLivePhoto(Phone phone) {
        var still = take();
        return upload(phone, still.with(take(still.name().replace(".jpg", ".MOV"))));
    }

    private Optional<String> upload(Phone phone, Photo photo) {
        var uploaded = phone.upload(photo);
        if (!uploaded.isCreated()) {
            throw new AppBroke("a new photo is called a duplicate: " + photo.name());
        }
        taken.add(photo);
        return Optional.of("upload " + photo.name());
    }

    private Optional<String> uploadAgain(Phone phone) {
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        var photo = taken.get(random.nextInt(taken.size()));
        phone.upload(photo);
        return Optional.of("upload again " + photo.name());
    }

    private Optional<String> favourite(Phone phone) {
        return withAssets(phone, OWN, 3)
                .map(ids -> change(phone, ids, "isFavorite", random.nextBoolean()));
    }

    private Optional<String> archive(Phone phone) {
        var visibility = random.nextBoolean() ? "archive" : "timeline";
        return withAssets(phone, OWN, 3).map(ids -> change(phone, ids, "visibility", visibility));
    }

    private Optional<String> lock(Phone phone) {
        return withAssets(phone, OWN, 2).map(ids -> change(phone, ids, "visibility", "locked"));
    }

    private Optional<String> unlock(Phone phone) {
        return withAssets(phone, "owner_id = ? and status = 'active' and visibility = 'locked'", 2)
                .map(ids -> change(phone, ids, "visibility", "timeline"));
    }

    private static String change(Phone phone, List<String> ids, String field, Object value) {
        phone.put("/assets", Contract.body("ids", ids, field, value));
        return "set %s %s of %s".formatted(field, value, ids);
    }

    private Optional<String> trash(Phone phone) {
        return withAssets(phone, OWN, 3)
                .map(
                        ids -> {
                            phone.delete("/assets", Contract.body("ids", ids, "force", false));
                            return "trash " + ids;
                        });
    }

    private Optional<String> restore(Phone phone) {
        return withAssets(
                        phone, "owner_id = ? and status = 'trashed' and visibility <> 'locked'", 3)
                .map(
                        ids -> {
                            phone.post("/trash/restore/assets", Contract.body("ids", ids));
                            return "restore " + ids;
                        });
    }

    private Optional<String> deleteForGood(Phone phone) {
        return withAssets(
                        phone,
                        """
                        owner_id = ? and original_file_name like 'IMG%'
                            and status in ('active', 'trashed')
                            and visibility in ('timeline', 'archive')
                        """,
                        2)
                .map(
                        ids -> {
                            phone.delete("/assets", Contract.body("ids", ids, "force", true));
                            return "delete for good " + ids;
                        });
    }

    private Optional<String> createAlbum(Phone phone) {
        var ids = withAssets(phone, OWN, 3).orElse(List.of());
        phone.post("/albums", Contract.body("albumName", "Album " + count++, "assetIds", ids));
        return Optional.of("create an album of " + ids);
    }

    private Optional<String> share(Phone phone) {
        return sharedAlbum(phone, "owner")
                .flatMap(
                        album -> {
                            var other = someoneElse(phone);
                            if (isMember(album, other)) {
                                return Optional.empty();
                            }
                            var role = random.nextBoolean() ? "editor" : "viewer";
                            var member = Contract.body("userId", other, "role", role);
                            phone.put(
                                    "/albums/" + album + "/users",
                                    Contract.body("albumUsers", List.of(member)));
                            return Optional.of("share %s with %s".formatted(album, other));
                        });
    }

    private boolean isMember(String album, String user) {
        return jdbc.sql("select count(*) from album_user where album_id = ? and user_id = ?")
                        .params(UUID.fromString(album), UUID.fromString(user))
                        .query(Integer.class)
                        .single()
                > 0;
    }

    private Optional<String> leave(Phone phone) {
        return sharedAlbum(phone, random.nextBoolean() ? "editor" : "viewer")
                .map(
                        album -> {
                            phone.delete("/albums/" + album + "/user/me", null);
                            return "leave " + album;
                        });
    }

    private Optional<String> addToAlbum(Phone phone) {
        return album(phone, random.nextBoolean() ? "owner" : "editor")
                .flatMap(
                        album ->
                                withAssets(phone, OWN, 3)
                                        .map(
                                                ids -> {
                                                    phone.put(
                                                            "/albums/" + album + "/assets",
                                                            Contract.body("ids", ids));
                                                    return "add to %s: %s".formatted(album, ids);
                                                }));
    }

    private Optional<String> removeFromAlbum(Phone phone) {
        return album(phone, "owner")
                .flatMap(
                        album -> {
                            var ids =
                                    jdbc.sql(
                                                    """
                                                    select a.id::text from album_asset
                                                    join asset a on a.id = asset_id
                                                    where album_id = ?
                                                        and original_file_name like 'IMG%'
                                                    order by original_file_name limit 2
                                                    """)
                                            .param(UUID.fromString(album))
                                            .query(String.class)
                                            .list();
                            if (ids.isEmpty()) {
                                return Optional.empty();
                            }
                            phone.delete("/albums/" + album + "/assets", Contract.body("ids", ids));
                            return Optional.of("remove from %s: %s".formatted(album, ids));
                        });
    }

    private Optional<String> describeAlbum(Phone phone) {
        return album(phone, "owner")
                .map(
                        album -> {
                            phone.connection()
                                    .call(
                                            "PATCH",
                                            "/albums/" + album,
                                            Contract.body("description", "Text " + count++));
                            return "describe " + album;
                        });
    }

    private Optional<String> deleteAlbum(Phone phone) {
        if (isAnyoneLate || random.nextInt(3) > 0) {
            return Optional.empty();
        }
        return album(phone, "owner")
                .map(
                        album -> {
                            phone.delete("/albums/" + album, null);
                            return "delete the album " + album;
                        });
    }

    private Optional<String> changePartner(Phone phone) {
        var other = someoneElse(phone);
        if (isPartner(phone.userId(), other)) {
            phone.delete("/partners/" + other, null);
            return Optional.of("unshare with " + other);
        }
        phone.post("/partners", Contract.body("sharedWithId", other));
        return Optional.of("share all with " + other);
    }

    private Optional<String> showPartner(Phone phone) {
        var other = someoneElse(phone);
        if (!isPartner(other, phone.userId())) {
            return Optional.empty();
        }
        var isShown = random.nextBoolean();
        phone.put("/partners/" + other, Contract.body("inTimeline", isShown));
        return Optional.of("show %s in the timeline: %s".formatted(other, isShown));
    }

    private boolean isPartner(String by, String with) {
        return jdbc.sql(
                                "select count(*) from partner where shared_by_id = ? and shared_with_id = ?")
                        .params(UUID.fromString(by), UUID.fromString(with))
                        .query(Integer.class)
                        .single()
                > 0;
    }

    private Optional<String> stack(Phone phone) {
        return withAssets(phone, OWN, 4)
                .filter(ids -> ids.size() > 1)
                .map(
                        ids -> {
                            phone.post("/stacks", Contract.body("assetIds", ids));
                            return "stack " + ids;
                        });
    }

    private Optional<String> unstack(Phone phone) {
        return jdbc.sql(
                        """
                        select stack.id::text from stack join asset on asset.id = primary_asset_id
                        where stack.owner_id = ? and original_file_name like 'IMG%'
                        order by original_file_name limit 1
                        """)
                .param(UUID.fromString(phone.userId()))
                .query(String.class)
                .optional()
                .map(
                        stack -> {
                            phone.delete("/stacks", Contract.body("ids", List.of(stack)));
                            return "unstack " + stack;
                        });
    }

    private Optional<String> tag(Phone phone) {
        return withAssets(phone, OWN, 2)
                .map(
                        ids -> {
                            var value = "Places/Rome " + random.nextInt(3);
                            var tag =
                                    phone.put("/tags", Contract.body("tags", List.of(value)))
                                            .path(0)
                                            .path("id")
                                            .asString();
                            phone.put(
                                    "/tags/assets",
                                    Contract.body("tagIds", List.of(tag), "assetIds", ids));
                            return "tag %s: %s".formatted(value, ids);
                        });
    }

    private Optional<String> editDate(Phone phone) {
        var date =
                "20%02d-0%d-1%dT12:00:00.000+02:00"
                        .formatted(random.nextInt(20), random.nextInt(9) + 1, random.nextInt(9));
        return withAssets(phone, OWN, 1).map(ids -> change(phone, ids, "dateTimeOriginal", date));
    }

    private Optional<String> editDescription(Phone phone) {
        return withAssets(phone, OWN, 1)
                .map(
                        ids -> {
                            phone.put(
                                    "/assets/" + ids.getFirst(),
                                    Contract.body("description", "Süß " + count++));
                            return "describe " + ids;
                        });
    }

    private Optional<String> attachMetadata(Phone phone) {
        return withAssets(phone, OWN, 1)
                .map(
                        ids -> {
                            var value = Contract.body("iCloudId", "cloud-" + count++);
                            var item = Contract.body("key", "mobile-app", "value", value);
                            phone.put(
                                    "/assets/" + ids.getFirst() + "/metadata",
                                    Contract.body("items", List.of(item)));
                            return "attach metadata to " + ids;
                        });
    }

    private Optional<String> rotate(Phone phone) {
        return withAssets(phone, OWN + " and live_photo_video_id is null", 1)
                .map(
                        ids -> {
                            var angle = 90 * (1 + random.nextInt(3));
                            var edit =
                                    Contract.body(
                                            "action",
                                            "rotate",
                                            "parameters",
                                            Contract.body("angle", angle));
                            phone.put(
                                    "/assets/" + ids.getFirst() + "/edits",
                                    Contract.body("edits", List.of(edit)));
                            return "rotate " + ids;
                        });
    }

    /** One of the user's phones must begin anew. */
    private Optional<String> requireReset(Phone phone) {
        var sessions = phone.get("/sessions");
        var session = sessions.path(random.nextInt(sessions.size())).path("id").asString();
        phone.put("/sessions/" + session, Contract.body("isPendingSyncReset", true));
        return Optional.of("require a reset of the session " + session);
    }

    private Optional<String> rename(Phone phone) {
        if (isAnyoneLate) {
            return Optional.empty();
        }
        phone.put("/users/me", Contract.body("name", "Name " + count++));
        return Optional.of("rename");
    }

    private String someoneElse(Phone phone) {
        var others =
                phones.stream()
                        .map(Phone::userId)
                        .filter(user -> !user.equals(phone.userId()))
                        .distinct()
                        .toList();
        return others.get(random.nextInt(others.size()));
    }

    private Optional<String> album(Phone phone, String role) {
        return album(phone, role, "Album%");
    }

    /** Those of {@link LateTransaction}, too, while there is none. */
    private Optional<String> sharedAlbum(Phone phone, String role) {
        return album(phone, role, isAnyoneLate ? "Album%" : "%");
    }

    private Optional<String> album(Phone phone, String role, String name) {
        var albums =
                jdbc.sql(
                                """
                                select album_id::text from album_user join album a on a.id = album_id
                                where user_id = ? and role = ? and album_name like ?
                                order by album_name
                                """)
                        .params(UUID.fromString(phone.userId()), role, name)
                        .query(String.class)
                        .list();
        return albums.isEmpty()
                ? Optional.empty()
                : Optional.of(albums.get(random.nextInt(albums.size())));
    }

    /** Up to so many assets of this phone's user. */
    private Optional<List<String>> withAssets(Phone phone, String condition, int limit) {
        var ids =
                new ArrayList<>(
                        jdbc.sql(
                                        "select id::text from asset where %s order by original_file_name"
                                                .formatted(condition))
                                .param(UUID.fromString(phone.userId()))
                                .query(String.class)
                                .list());
        Collections.shuffle(ids, random);
        return ids.isEmpty()
                ? Optional.empty()
                : Optional.of(ids.subList(0, Math.min(ids.size(), 1 + random.nextInt(limit))));
    }
}
