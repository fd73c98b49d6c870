package app.keepsake.ocr;

import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import java.util.List;
import java.util.UUID;
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

    /** What stands on a picture, from top to bottom. */
    public List<Text> of(Caller caller, UUID assetId) {
        access.requireAsset(caller, Permission.ASSET_READ, assetId);
        return jdbc.sql(
                        """
                        select id, asset_id, x1, y1, x2, y2, x3, y3, x4, y4, box_score, text_score,
                            text
                        from ocr where asset_id = ? and is_visible order by y1, x1, id
                        """)
                .param(assetId)
                .query(Text.class)
                .list();
    }
}
