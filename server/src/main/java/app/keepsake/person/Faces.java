package app.keepsake.person;

import app.keepsake.asset.Edits;
import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Problem;
import app.keepsake.storage.DiscardedFiles;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** The faces on an asset, and whose they are. */
@Service
public class Faces {

    private final Access access;
    private final JdbcClient jdbc;
    private final Edits edits;
    private final PeopleRows people;
    private final KnownFaces known;
    private final FeatureFaces features;
    private final TransactionTemplate transaction;
    private final DiscardedFiles files;

    Faces(
            Access access,
            JdbcClient jdbc,
            Edits edits,
            PeopleRows people,
            KnownFaces known,
            FeatureFaces features,
            TransactionTemplate transaction,
            DiscardedFiles files) {
        this.access = access;
        this.jdbc = jdbc;
        this.edits = edits;
        this.people = people;
        this.known = known;
        this.features = features;
        this.transaction = transaction;
        this.files = files;
    }

    /**
     * The faces on one asset as it is shown, from left to right; none on another's, for who is
     * known to whom is nobody else's business.
     */
    public List<Face> of(Caller caller, UUID assetId) {
        access.requireAsset(caller, Permission.ASSET_READ, assetId);
        var faces =
                jdbc.sql(
                                """
                                select f.*, p.id as known, p.name, p.birth_date, p.is_hidden,
                                    p.is_favorite, p.color, p.thumbnail_path,
                                    p.updated_at as known_updated_at
                                from asset_face f join asset a on a.id = f.asset_id
                                left join person p on p.id = f.person_id
                                where f.asset_id = :assetId and f.deleted_at is null
                                    and f.is_visible and a.owner_id = :userId
                                order by f.bounding_box_x1, f.id
                                """)
                        .param("assetId", assetId)
                        .param("userId", caller.userId())
                        .query((row, _) -> face(row))
                        .list();
        return faces.isEmpty()
                ? faces
                : edits.shown(assetId)
                        .map(Frame::of)
                        .map(frame -> faces.stream().map(face -> shown(face, frame)).toList())
                        .orElse(faces);
    }

    private static Face shown(Face face, Frame frame) {
        var box =
                new Box(face.x1(), face.y1(), face.x2(), face.y2())
                        .scaled(
                                frame.width() / face.imageWidth(),
                                frame.height() / face.imageHeight());
        var edited = frame.edited();
        var shown = frame.shown(box).within(edited.width(), edited.height());
        return new Face(
                face.id(),
                (int) edited.width(),
                (int) edited.height(),
                round(shown.x1()),
                round(shown.y1()),
                round(shown.x2()),
                round(shown.y2()),
                face.source(),
                face.person());
    }

    private static int round(double pixels) {
        return (int) Math.rint(pixels);
    }

    /** Keeps a face where the detector saw none, or somebody's it cannot know. */
    public void draw(Caller caller, DrawnFace face) {
        transaction.executeWithoutResult(
                _ -> {
                    people.lock(caller.userId());
                    access.requireAsset(caller, Permission.ASSET_UPDATE, face.assetId());
                    requirePerson(caller, Permission.FACE_CREATE, face.personId());
                    insert(face);
                    features.mend(caller.userId()); // somebody without a portrait gets this one
                });
    }

    private void insert(DrawnFace face) {
        var box = new Box(face.x(), face.y(), face.x() + face.width(), face.y() + face.height());
        double width = face.imageWidth();
        double height = face.imageHeight();
        var frame = edits.shown(face.assetId()).map(Frame::of);
        if (frame.isPresent()) {
            var edited = frame.get().edited();
            box =
                    frame.get()
                            .original(box.scaled(edited.width() / width, edited.height() / height));
            width = frame.get().width();
            height = frame.get().height();
        }
        jdbc.sql(
                        """
                        insert into asset_face (asset_id, person_id, source_type, is_confirmed,
                            image_width, image_height, bounding_box_x1, bounding_box_y1,
                            bounding_box_x2, bounding_box_y2)
                        values (:asset, :person, 'manual', true, :width, :height, :x1, :y1, :x2,
                            :y2)
                        """)
                .param("asset", face.assetId())
                .param("person", face.personId())
                .param("width", (int) width)
                .param("height", (int) height)
                .param("x1", round(box.x1()))
                .param("y1", round(box.y1()))
                .param("x2", round(box.x2()))
                .param("y2", round(box.y2()))
                .update();
    }

    /** A face turns out to be somebody's; grouping anew leaves it so. */
    public Person assign(Caller caller, UUID faceId, UUID personId) {
        transaction.executeWithoutResult(
                _ -> {
                    people.lock(caller.userId());
                    requireFace(caller, Permission.FACE_UPDATE, faceId);
                    requirePerson(caller, Permission.FACE_UPDATE, personId);
                    known.confirm(List.of(faceId), personId);
                    features.mend(caller.userId());
                });
        files.wake();
        return requirePerson(caller, Permission.FACE_UPDATE, personId);
    }

    /**
     * @param forGood also lets the detector find it again
     */
    public void delete(Caller caller, UUID faceId, boolean forGood) {
        transaction.executeWithoutResult(
                _ -> {
                    people.lock(caller.userId());
                    requireFace(caller, Permission.FACE_DELETE, faceId);
                    jdbc.sql(
                                    forGood
                                            ? "delete from asset_face where id = ?"
                                            : """
                                            update asset_face
                                            set deleted_at = coalesce(deleted_at, now()),
                                                updated_at = now()
                                            where id = ?
                                            """)
                            .param(faceId)
                            .update();
                    features.mend(caller.userId());
                });
        files.wake();
    }

    private Person requirePerson(Caller caller, Permission permission, UUID personId) {
        return people.find(caller.userId(), personId)
                .orElseThrow(() -> new Problem.NoAccess(permission.wireName()));
    }

    /** On an asset of the caller, which they may see now. */
    private void requireFace(Caller caller, Permission permission, UUID faceId) {
        Optional<UUID> asset =
                jdbc.sql(
                                """
                                select a.id from asset_face f join asset a on a.id = f.asset_id
                                where f.id = ? and a.owner_id = ?
                                """)
                        .params(faceId, caller.userId())
                        .query(UUID.class)
                        .optional();
        access.requireAsset(
                caller,
                Permission.ASSET_UPDATE,
                asset.orElseThrow(() -> new Problem.NoAccess(permission.wireName())));
    }

    private static Face face(ResultSet row) throws SQLException {
        return new Face(
                row.getObject("id", UUID.class),
                row.getInt("image_width"),
                row.getInt("image_height"),
                row.getInt("bounding_box_x1"),
                row.getInt("bounding_box_y1"),
                row.getInt("bounding_box_x2"),
                row.getInt("bounding_box_y2"),
                row.getString("source_type"),
                person(row));
    }

    private static @Nullable Person person(ResultSet row) throws SQLException {
        var id = row.getObject("known", UUID.class);
        return id == null
                ? null
                : new Person(
                        id,
                        row.getString("name"),
                        row.getObject("birth_date", LocalDate.class),
                        row.getBoolean("is_hidden"),
                        row.getBoolean("is_favorite"),
                        row.getString("color"),
                        row.getString("thumbnail_path"),
                        row.getObject("known_updated_at", OffsetDateTime.class).toInstant());
    }
}
