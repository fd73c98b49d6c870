package app.keepsake.asset;

import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Crops, turns and mirrors pictures. The original stays byte for byte (I2): edits are rows, and the
 * worker makes pictures that show them.
 */
@Component
public class Edits {

    /** An edit that is stored. */
    public record Stored(UUID id, Edit edit) {}

    /** What is done to a picture of that size, upright, before it is shown. */
    public record Shown(int width, int height, List<Edit> edits) {}

    private record Size(@Nullable Integer width, @Nullable Integer height) {}

    private record Picture(
            AssetType type,
            String fileName,
            boolean isLive,
            boolean isPanorama,
            @Nullable Integer width,
            @Nullable Integer height) {}

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Access access;
    private final JdbcClient jdbc;
    private final ApplicationEventPublisher events;

    Edits(Access access, JdbcClient jdbc, ApplicationEventPublisher events) {
        this.access = access;
        this.jdbc = jdbc;
        this.events = events;
    }

    /** What is done to a picture, in this order. */
    public List<Stored> of(Caller caller, UUID assetId) {
        access.requireAsset(caller, Permission.ASSET_EDIT_GET, assetId);
        return stored(assetId);
    }

    /** For who knows that they may be told: empty where the original is shown. */
    public Optional<Shown> shown(UUID assetId) {
        var edits = stored(assetId).stream().map(Stored::edit).toList();
        if (edits.isEmpty()) {
            return Optional.empty();
        }
        return jdbc.sql(
                        """
                        select case when orientation >= '5' then exif_image_height
                                else exif_image_width end as width,
                            case when orientation >= '5' then exif_image_width
                                else exif_image_height end as height
                        from asset_exif where asset_id = ?
                        """)
                .param(assetId)
                .query(Size.class)
                .optional()
                .flatMap(
                        size ->
                                size.width == null || size.height == null
                                        ? Optional.empty()
                                        : Optional.of(new Shown(size.width, size.height, edits)));
    }

    /**
     * Replaces the edits of a picture by these.
     *
     * @throws Problem.Invalid for what cannot be edited, and edits that do not fit the picture
     */
    @Transactional
    public List<Stored> replace(Caller caller, UUID assetId, List<Edit> edits) {
        access.requireAsset(caller, Permission.ASSET_EDIT_CREATE, assetId);
        var picture = locked(assetId, Permission.ASSET_EDIT_CREATE);
        requireEditable(picture);
        Edit.requireSensible(edits, picture.width, picture.height);
        remove(assetId);
        for (int i = 0; i < edits.size(); i++) {
            jdbc.sql(
                            """
                            insert into asset_edit (asset_id, action, parameters, sequence)
                            values (:assetId, :action, :parameters::jsonb, :sequence)
                            """)
                    .param("assetId", assetId)
                    .param("action", edits.get(i).action())
                    .param("parameters", JSON.writeValueAsString(edits.get(i).parameters()))
                    .param("sequence", i)
                    .update();
        }
        changed(assetId, true);
        return stored(assetId);
    }

    /** Takes all edits away; the pictures show the original again, soon. */
    @Transactional
    public void removeAll(Caller caller, UUID assetId) {
        access.requireAsset(caller, Permission.ASSET_EDIT_DELETE, assetId);
        locked(assetId, Permission.ASSET_EDIT_DELETE);
        if (remove(assetId) > 0) {
            changed(assetId, false);
        }
    }

    private int remove(UUID assetId) {
        return jdbc.sql("delete from asset_edit where asset_id = ?").param(assetId).update();
    }

    private void changed(UUID assetId, boolean isEdited) {
        jdbc.sql("update asset set is_edited = ?, updated_at = now() where id = ?")
                .params(isEdited, assetId)
                .update();
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, edits_at) values (?, null)
                        on conflict (asset_id) do update set edits_at = null
                        """)
                .param(assetId)
                .update();
        events.publishEvent(new EditsChanged(assetId));
    }

    /** The worker, when it has made the pictures, waits here to see whether they are right. */
    private Picture locked(UUID assetId, Permission permission) {
        return jdbc.sql(
                        """
                        select type, original_file_name as file_name,
                            live_photo_video_id is not null as is_live,
                            coalesce(projection_type = 'EQUIRECTANGULAR', false) as is_panorama,
                            -- An edited asset is as large as its edits leave it.
                            case when not is_edited then width when orientation >= '5'
                                then exif_image_height else exif_image_width end as width,
                            case when not is_edited then height when orientation >= '5'
                                then exif_image_width else exif_image_height end as height
                        from asset left join asset_exif on asset_id = id
                        where id = ? for no key update of asset
                        """)
                .param(assetId)
                .query(Picture.class)
                .optional()
                .orElseThrow(() -> new Problem.NoAccess(permission.wireName()));
    }

    private static void requireEditable(Picture picture) {
        if (picture.type != AssetType.IMAGE) {
            throw new Problem.Invalid("Only images can be edited");
        }
        if (picture.isLive) {
            throw new Problem.Invalid("Editing live photos is not supported");
        }
        if (picture.isPanorama) {
            throw new Problem.Invalid("Editing panorama images is not supported");
        }
        switch (MediaTypes.extensionOf(picture.fileName)) {
            case ".gif" -> throw new Problem.Invalid("Editing GIF images is not supported");
            case ".svg" -> throw new Problem.Invalid("Editing SVG images is not supported");
            default -> {}
        }
    }

    private List<Stored> stored(UUID assetId) {
        return jdbc.sql(
                        """
                        select id, action, parameters from asset_edit
                        where asset_id = ? order by sequence
                        """)
                .param(assetId)
                .query((row, _) -> stored(row))
                .list();
    }

    private static Stored stored(ResultSet row) throws SQLException {
        var parameters = JSON.readTree(row.getString("parameters"));
        var action = row.getString("action");
        return new Stored(
                row.getObject("id", UUID.class),
                switch (action) {
                    case "crop" ->
                            new Edit.Crop(
                                    parameters.path("x").asLong(),
                                    parameters.path("y").asLong(),
                                    parameters.path("width").asLong(),
                                    parameters.path("height").asLong());
                    case "rotate" -> new Edit.Rotate(parameters.path("angle").asInt());
                    case "mirror" -> new Edit.Mirror(parameters.path("axis").asString());
                    default -> throw new IllegalStateException("an edit of kind " + action);
                });
    }
}
