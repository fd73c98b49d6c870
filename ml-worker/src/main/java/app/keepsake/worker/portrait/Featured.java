package app.keepsake.worker.portrait;

import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The people whose feature face is on an asset, and where their portraits lie. */
@Component
class Featured {

    /** Somebody, and their face in pixels of a picture of that size. */
    record Face(
            UUID personId,
            UUID ownerId,
            UUID faceId,
            double imageWidth,
            double imageHeight,
            double x1,
            double y1,
            double x2,
            double y2) {

        /** The part to be shown of a picture of another size. */
        Square squareOn(int width, int height) {
            double horizontally = width / imageWidth;
            double vertically = height / imageHeight;
            return Square.around(
                    x1 * horizontally,
                    y1 * vertically,
                    x2 * horizontally,
                    y2 * vertically,
                    width,
                    height);
        }

        /** Where a portrait lies; each has another name, by which clients know a new one. */
        String path(UUID cut) {
            var name = personId.toString();
            return "thumbs/%s/%s/%s/%s_%s.jpeg"
                    .formatted(
                            ownerId,
                            name.substring(0, 2),
                            name.substring(2, 4),
                            name,
                            cut.toString().substring(0, 8));
        }
    }

    private final JdbcClient jdbc;

    Featured(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<Face> on(UUID assetId) {
        return jdbc.sql(
                        """
                        select p.id as person_id, p.owner_id, f.id as face_id, f.image_width,
                            f.image_height, f.bounding_box_x1 as x1, f.bounding_box_y1 as y1,
                            f.bounding_box_x2 as x2, f.bounding_box_y2 as y2
                        from person p join asset_face f on f.id = p.face_asset_id
                        where f.asset_id = ? and f.image_width > 0 and f.image_height > 0
                        order by p.id
                        """)
                .param(assetId)
                .query(Face.class)
                .list();
    }

    /** Makes a file somebody's portrait; false if they have another feature face by now. */
    @Transactional
    public boolean record(Face face, String path) {
        jdbc.sql(
                        """
                        insert into discarded_file (path)
                        select thumbnail_path from person
                        where id = :person and face_asset_id = :face and thumbnail_path <> ''
                        on conflict do nothing
                        """)
                .param("person", face.personId())
                .param("face", face.faceId())
                .update();
        return jdbc.sql(
                                """
                                update person set thumbnail_path = :path, updated_at = now()
                                where id = :person and face_asset_id = :face
                                """)
                        .param("path", path)
                        .param("person", face.personId())
                        .param("face", face.faceId())
                        .update()
                == 1;
    }

    /** Whoever gives somebody another feature face writes to this row after that: it lacks then. */
    @Transactional
    public void done(UUID assetId, List<Face> cut) {
        jdbc.sql("select from asset_job_status where asset_id = ? for update")
                .param(assetId)
                .query((_, _) -> true)
                .list();
        if (on(assetId).equals(cut)) {
            jdbc.sql(
                            """
                            insert into asset_job_status (asset_id, portraits_at)
                            select id, now() from asset where id = ?
                            on conflict (asset_id) do update set portraits_at = now()
                            """)
                    .param(assetId)
                    .update();
        }
    }
}
