package app.keepsake.worker.face;

import com.pgvector.PGhalfvec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The faces of an asset in the database. A face that is seen again keeps its row, and with it the
 * person that someone named; faces that a person drew or a file brought are never changed.
 */
@Component
class StoredFaces {

    private static final double SAME_FACE = 0.5;

    private final JdbcClient jdbc;

    StoredFaces(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Row(
            UUID id,
            boolean found,
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

    /**
     * Makes the detector's stored faces be these, on a preview of that size (I4).
     *
     * @throws IOException if another model has come into use meanwhile: worth another try
     */
    @Transactional(rollbackFor = IOException.class)
    public void update(UUID assetId, int width, int height, String model, List<Face> faces)
            throws IOException {
        if (!markDone(assetId)) {
            return;
        }
        requireInUse(model);
        var unmatched = new ArrayList<>(facesOf(assetId));
        var before = List.copyOf(unmatched);
        var isAnyNew = false;
        for (var face : faces) {
            var match =
                    before.stream()
                            .filter(row -> row.on(width, height).overlap(face.box(), 0) > SAME_FACE)
                            .findFirst();
            match.ifPresent(unmatched::remove);
            isAnyNew |= match.isEmpty();
            writeVector(
                    match.map(Row::id).orElseGet(() -> insert(assetId, width, height, face.box())),
                    model,
                    face.vector());
        }
        unmatched.stream().filter(Row::found).forEach(row -> delete(row.id()));
        markAsked(assetId, isAnyNew);
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
                        select id, source_type = 'machine-learning' and deleted_at is null as found,
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
    private void requireInUse(String model) throws IOException {
        if (jdbc.sql("select from ml_model where task = 'facial-recognition' and model = ?")
                .param(model)
                .query()
                .listOfRows()
                .isEmpty()) {
            throw new IOException("Faces are seen by another model than %s now".formatted(model));
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

    private void delete(UUID faceId) {
        jdbc.sql("delete from asset_face where id = :faceId").param("faceId", faceId).update();
    }
}
