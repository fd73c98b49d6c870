package app.keepsake.worker.face;

import app.keepsake.worker.onnx.ModelsInUse.InUse;
import com.pgvector.PGhalfvec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The faces of an asset in the database. A face that is seen again keeps its row, and with it the
 * person that someone named. What a person said of faces stays, whatever is seen where they are:
 * those that were drawn, merged, given to somebody or removed, and the one that stands for somebody
 * who has a name. So do those that a file brought.
 */
@Component
class StoredFaces {

    /** Another model may frame a face half as wide and as high, and people draw as they like. */
    private static final double SAME_FACE = 0.2;

    /** Other programs frame a whole head, and whoever stands close to it may be on it. */
    private static final double SAME_HEAD = 0.5;

    private static final String SAID =
            """
            (f.is_confirmed or f.deleted_at is not null or exists (
                select from person p where p.face_asset_id = f.id and (p.name <> '' or p.is_hidden
                    or p.is_favorite or p.birth_date is not null or p.color is not null)))\
            """;

    private final JdbcClient jdbc;

    StoredFaces(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Row(
            UUID id,
            boolean isImported,
            int imageWidth,
            int imageHeight,
            int boundingBoxX1,
            int boundingBoxY1,
            int boundingBoxX2,
            int boundingBoxY2) {

        Box on(int width, int height) {
            return new Box(boundingBoxX1, boundingBoxY1, boundingBoxX2, boundingBoxY2)
                    .scaled((double) width / imageWidth, (double) height / imageHeight);
        }
    }

    private record Match(Face face, Row row, double overlap) {}

    /**
     * Makes the detector's stored faces be these, on a preview of that size (I4).
     *
     * @throws IOException if another model has come into use meanwhile: worth another try
     */
    @Transactional(rollbackFor = IOException.class)
    public void update(UUID assetId, int width, int height, InUse by, List<Face> faces)
            throws IOException {
        if (!markDone(assetId)) {
            return;
        }
        requireInUse(by);
        var before = facesOf(assetId);
        var seen = seenAgain(before, faces, width, height);
        for (var face : faces) {
            var row = seen.get(face);
            writeVector(
                    row == null ? insert(assetId, width, height, face.box()) : row.id(),
                    by.model(),
                    face.vector());
        }
        before.stream().filter(row -> !seen.containsValue(row)).forEach(row -> delete(row.id()));
        markAsked(assetId, seen.size() < faces.size());
    }

    /** Which face is which: no two are one, and the surest come first. */
    private static Map<Face, Row> seenAgain(
            List<Row> before, List<Face> faces, int width, int height) {
        var matches = new ArrayList<Match>();
        for (var face : faces) {
            for (var row : before) {
                var overlap = row.on(width, height).overlap(face.box(), 0);
                if (overlap > (row.isImported() ? SAME_HEAD : SAME_FACE)) {
                    matches.add(new Match(face, row, overlap));
                }
            }
        }
        matches.sort(Comparator.comparingDouble(Match::overlap).reversed());
        var seen = new LinkedHashMap<Face, Row>();
        for (var match : matches) {
            if (!seen.containsValue(match.row())) {
                seen.putIfAbsent(match.face(), match.row());
            }
        }
        return seen;
    }

    /** Of new faces the server has not asked yet whose they are; where none is, it need not. */
    private void markAsked(UUID assetId, boolean isAnyNew) {
        jdbc.sql(
                        """
                        update asset_job_status set people_at = case
                            when not exists (select from asset_face
                                where asset_id = :assetId and person_id is null
                                    and deleted_at is null and source_type = 'machine-learning')
                                then now()
                            when :isAnyNew then null else people_at end
                        where asset_id = :assetId
                        """)
                .param("assetId", assetId)
                .param("isAnyNew", isAnyNew)
                .update();
    }

    /** Also the lock that lets two runs of one job follow each other. */
    private boolean markDone(UUID assetId) {
        return jdbc.sql(
                                """
                                insert into asset_job_status (asset_id, faces_recognized_at)
                                select id, now() from asset where id = :assetId
                                on conflict (asset_id) do update
                                    set faces_recognized_at = excluded.faces_recognized_at
                                """)
                        .param("assetId", assetId)
                        .update()
                == 1;
    }

    /** Those that a user removed too: no run may bring them back. */
    private List<Row> facesOf(UUID assetId) {
        return jdbc.sql(
                        """
                        select id, source_type = 'exif' and not is_confirmed as is_imported,
                            image_width, image_height, bounding_box_x1, bounding_box_y1,
                            bounding_box_x2, bounding_box_y2
                        from asset_face where asset_id = :assetId
                        """)
                .param("assetId", assetId)
                .query(Row.class)
                .list();
    }

    private UUID insert(UUID assetId, int width, int height, Box box) {
        return jdbc.sql(
                        """
                        insert into asset_face (asset_id, image_width, image_height,
                            bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2)
                        values (:assetId, :width, :height, :x1, :y1, :x2, :y2)
                        returning id
                        """)
                .param("assetId", assetId)
                .param("width", width)
                .param("height", height)
                .param("x1", (int) Math.rint(box.x1()))
                .param("y1", (int) Math.rint(box.y1()))
                .param("x2", (int) Math.rint(box.x2()))
                .param("y2", (int) Math.rint(box.y2()))
                .query(UUID.class)
                .single();
    }

    /** Vectors of two models lie nowhere near each other: none is written for one that is gone. */
    private void requireInUse(InUse by) throws IOException {
        if (jdbc.sql(
                        """
                        select from ml_model where task = 'facial-recognition' and model = :model
                            and (revision = :revision) is not false
                        """)
                .param("model", by.model())
                .param("revision", by.revision())
                .query()
                .listOfRows()
                .isEmpty()) {
            throw new IOException(
                    "Faces are seen by another model than %s now".formatted(by.model()));
        }
    }

    /** A vector of this model is kept: people may have been grouped by it. */
    private void writeVector(UUID faceId, String model, float[] vector) {
        jdbc.sql(
                        """
                        insert into face_search (face_id, model, embedding)
                        values (:faceId, :model, :vector)
                        on conflict (face_id) do update
                            set model = excluded.model, embedding = excluded.embedding
                            where face_search.model <> excluded.model
                        """)
                .param("faceId", faceId)
                .param("model", model)
                .param("vector", new PGhalfvec(vector))
                .update();
    }

    /** Unless it is more than found; somebody may have said so a moment ago. */
    private void delete(UUID faceId) {
        jdbc.sql(
                        """
                        delete from asset_face f
                        where f.id = :faceId and f.source_type = 'machine-learning' and not %s
                        """
                                .formatted(SAID))
                .param("faceId", faceId)
                .update();
    }
}
