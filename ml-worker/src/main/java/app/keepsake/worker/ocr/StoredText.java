package app.keepsake.worker.ocr;

import app.keepsake.config.MachineLearningConfig.Ocr;
import app.keepsake.words.SearchWords;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The text of an asset in the database. What is read again keeps its row: phones hear of none. */
@Component
class StoredText {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final JdbcClient jdbc;

    StoredText(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Row(
            UUID id,
            float x1,
            float y1,
            float x2,
            float y2,
            float x3,
            float y3,
            float x4,
            float y4,
            float boxScore,
            float textScore,
            String text) {

        static Row of(UUID id, Line line) {
            var corners = line.corners();
            return new Row(
                    id,
                    (float) corners.get(0).x(),
                    (float) corners.get(0).y(),
                    (float) corners.get(1).x(),
                    (float) corners.get(1).y(),
                    (float) corners.get(2).x(),
                    (float) corners.get(2).y(),
                    (float) corners.get(3).x(),
                    (float) corners.get(3).y(),
                    (float) line.boxScore(),
                    (float) line.textScore(),
                    line.text());
        }
    }

    /**
     * Makes these be all the lines of an asset (I4).
     *
     * @param by what they were read by: when administrators change that, they are to be read anew
     */
    @Transactional
    public void update(UUID assetId, List<Line> lines, Ocr by) {
        // Whoever crops it waits, or this does: either sees which lines are left.
        var isThere =
                jdbc.sql("select id from asset where id = ? for no key update")
                        .param(assetId)
                        .query(UUID.class)
                        .optional()
                        .isPresent();
        if (!isThere) {
            return;
        }
        var gone = new ArrayList<>(rowsOf(assetId));
        for (var line : lines) {
            var same = gone.stream().filter(row -> row.equals(Row.of(row.id, line))).findFirst();
            same.ifPresentOrElse(gone::remove, () -> insert(assetId, Row.of(assetId, line)));
        }
        gone.forEach(row -> jdbc.sql("delete from ocr where id = ?").param(row.id).update());
        markDone(assetId, by);
    }

    private List<Row> rowsOf(UUID assetId) {
        return jdbc.sql("select * from ocr where asset_id = ?")
                .param(assetId)
                .query(Row.class)
                .list();
    }

    private void insert(UUID assetId, Row row) {
        jdbc.sql(
                        """
                        insert into ocr (asset_id, x1, y1, x2, y2, x3, y3, x4, y4, box_score,
                            text_score, text, words, is_visible)
                        values (:assetId, :x1, :y1, :x2, :y2, :x3, :y3, :x4, :y4, :boxScore,
                            :textScore, :text, :words,
                            is_left_by_crop(:assetId, (:x1 + :x3) / 2, (:y1 + :y3) / 2))
                        """)
                .param("assetId", assetId)
                .param("x1", row.x1)
                .param("y1", row.y1)
                .param("x2", row.x2)
                .param("y2", row.y2)
                .param("x3", row.x3)
                .param("y3", row.y3)
                .param("x4", row.x4)
                .param("y4", row.y4)
                .param("boxScore", row.boxScore)
                .param("textScore", row.textScore)
                .param("text", row.text)
                .param("words", String.join(" ", SearchWords.of(row.text)))
                .update();
    }

    private void markDone(UUID assetId, Ocr by) {
        var settings = JSON.<ObjectNode>valueToTree(by).without("enabled");
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, ocr_with) values (:id, :by::jsonb)
                        on conflict (asset_id) do update set ocr_with = excluded.ocr_with
                        """)
                .param("id", assetId)
                .param("by", settings.toString())
                .update();
    }
}
