package app.keepsake.person;

import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Reads the faces on an asset, and whose they are. */
@Service
public class Faces {

    private final Access access;
    private final JdbcClient jdbc;

    Faces(Access access, JdbcClient jdbc) {
        this.access = access;
        this.jdbc = jdbc;
    }

    /**
     * The faces on one asset, from left to right; none on another's, for who is known to whom is
     * nobody else's business.
     */
    public List<Face> of(Caller caller, UUID assetId) {
        access.requireAsset(caller, Permission.ASSET_READ, assetId);
        return jdbc.sql(
                        """
                        select f.*, p.id as known, p.name, p.birth_date, p.is_hidden,
                            p.is_favorite, p.color, p.thumbnail_path,
                            p.updated_at as known_updated_at
                        from asset_face f join asset a on a.id = f.asset_id
                        left join person p on p.id = f.person_id
                        where f.asset_id = :assetId and f.deleted_at is null
                            and a.owner_id = :userId
                        order by f.bounding_box_x1, f.id
                        """)
                .param("assetId", assetId)
                .param("userId", caller.userId())
                .query((row, _) -> face(row))
                .list();
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
