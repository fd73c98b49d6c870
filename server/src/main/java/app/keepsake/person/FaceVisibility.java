package app.keepsake.person;

import app.keepsake.asset.Edits;
import app.keepsake.asset.EditsChanged;
import java.util.List;
import java.util.UUID;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Hides the faces that somebody has cut away, and shows them again when they are back. */
@Component
class FaceVisibility {

    private record Row(
            UUID id,
            boolean isVisible,
            double imageWidth,
            double imageHeight,
            double boundingBoxX1,
            double boundingBoxY1,
            double boundingBoxX2,
            double boundingBoxY2) {

        Box on(Frame frame) {
            return new Box(boundingBoxX1, boundingBoxY1, boundingBoxX2, boundingBoxY2)
                    .scaled(frame.width() / imageWidth, frame.height() / imageHeight);
        }
    }

    private final Edits edits;
    private final JdbcClient jdbc;

    FaceVisibility(Edits edits, JdbcClient jdbc) {
        this.edits = edits;
        this.jdbc = jdbc;
    }

    /** Within the transaction that changes the edits: phones are told of both together. */
    @EventListener
    void on(EditsChanged changed) {
        update(changed.assetId());
    }

    /** Says of each face on an asset whether its edits leave it. */
    void update(UUID assetId) {
        var frame = edits.shown(assetId).map(Frame::of);
        for (var face : faces(assetId)) {
            var isVisible = frame.map(shown -> shown.shows(face.on(shown))).orElse(true);
            if (isVisible != face.isVisible) {
                jdbc.sql("update asset_face set is_visible = ?, updated_at = now() where id = ?")
                        .params(isVisible, face.id)
                        .update();
            }
        }
    }

    private List<Row> faces(UUID assetId) {
        return jdbc.sql(
                        "select * from asset_face where asset_id = ? and image_width > 0 and image_height > 0")
                .param(assetId)
                .query(Row.class)
                .list();
    }
}
