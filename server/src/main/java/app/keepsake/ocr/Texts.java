package app.keepsake.ocr;

import app.keepsake.asset.EditsChanged;
import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import java.util.List;
import java.util.UUID;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Reads the text that was found on pictures. */
@Service
public class Texts {

    private final Access access;
    private final JdbcClient jdbc;

    Texts(Access access, JdbcClient jdbc) {
        this.access = access;
        this.jdbc = jdbc;
    }

    /** What stands on a picture as its edits leave it, as it is read: by lines, from the top. */
    public List<Text> of(Caller caller, UUID assetId) {
        access.requireAsset(caller, Permission.ASSET_READ, assetId);
        var edits = editsOf(assetId);
        var texts =
                jdbc
                        .sql(
                                """
                                select id, asset_id, x1, y1, x2, y2, x3, y3, x4, y4, box_score,
                                    text_score, text
                                from ocr where asset_id = ? and is_visible
                                """)
                        .param(assetId)
                        .query(Text.class)
                        .list()
                        .stream()
                        .map(text -> edits.isEmpty() ? text : text.edited(edits))
                        .toList();
        return ReadingOrder.of(texts);
    }

    private List<PlaceEdit> editsOf(UUID assetId) {
        return jdbc.sql(
                        """
                        select action, coalesce((parameters ->> 'x')::float8, 0) as x,
                            coalesce((parameters ->> 'y')::float8, 0) as y,
                            coalesce((parameters ->> 'width')::float8, 0) as width,
                            coalesce((parameters ->> 'height')::float8, 0) as height,
                            coalesce((parameters ->> 'angle')::int, 0) as angle,
                            coalesce(parameters ->> 'axis', '') as axis,
                            coalesce(case when orientation >= '5' then exif_image_height
                                else exif_image_width end, 0) as picture_width,
                            coalesce(case when orientation >= '5' then exif_image_width
                                else exif_image_height end, 0) as picture_height
                        from asset_edit e left join asset_exif x on x.asset_id = e.asset_id
                        where e.asset_id = ? order by sequence
                        """)
                .param(assetId)
                .query(PlaceEdit.class)
                .list();
    }

    /** In the transaction that changes the edits: phones show text only where it is left. */
    @EventListener
    void on(EditsChanged changed) {
        jdbc.sql(
                        """
                        update ocr set is_visible = not is_visible
                        where asset_id = ? and is_visible is distinct from
                            is_left_by_crop(asset_id, (x1 + x3) / 2, (y1 + y3) / 2)
                        """)
                .param(changed.assetId())
                .update();
    }
}
