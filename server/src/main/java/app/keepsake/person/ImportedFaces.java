package app.keepsake.person;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Faces that files bring along with their names, as other programs have written them. A name is one
 * person of an owner, however it is capitalised.
 */
@Component
public class ImportedFaces {

    private static final double SAME_FACE = 0.5;

    private record Row(
            UUID id,
            String sourceType,
            boolean isDeleted,
            @Nullable UUID personId,
            double imageWidth,
            double imageHeight,
            double boundingBoxX1,
            double boundingBoxY1,
            double boundingBoxX2,
            double boundingBoxY2) {

        Box on(int width, int height) {
            return new Box(boundingBoxX1, boundingBoxY1, boundingBoxX2, boundingBoxY2)
                    .scaled(width / imageWidth, height / imageHeight);
        }
    }

    private final JdbcClient jdbc;
    private final PeopleRows people;
    private final KnownFaces known;
    private final FeatureFaces features;

    ImportedFaces(JdbcClient jdbc, PeopleRows people, KnownFaces known, FeatureFaces features) {
        this.jdbc = jdbc;
        this.people = people;
        this.known = known;
        this.features = features;
    }

    /**
     * Makes these be the faces that an asset's files name. One at the place of a face that is there
     * names that, unless somebody has; what a person removed stays removed. Twice is once (I4).
     *
     * @param width of the upright picture
     */
    @Transactional
    public void update(UUID assetId, List<NamedFace> named, int width, int height) {
        var there = facesOf(assetId);
        if (named.isEmpty() && there.stream().noneMatch(row -> row.sourceType.equals("exif"))) {
            return;
        }
        var owner = ownerOf(assetId);
        people.lock(owner);
        var gone = new ArrayList<>(there.stream().filter(ImportedFaces::isFromFile).toList());
        for (var face : named) {
            var box = face.on(width, height);
            var match =
                    there.stream()
                            .filter(row -> row.on(width, height).overlap(box) > SAME_FACE)
                            .findFirst();
            match.ifPresent(gone::remove);
            if (match.isEmpty()) {
                var id = insert(assetId, box, width, height);
                known.assign(id, people.named(owner, face.name()));
            } else if (!match.get().isDeleted && match.get().personId == null) {
                known.assign(match.get().id, people.named(owner, face.name()));
                known.confirm(List.of(match.get().id), people.named(owner, face.name()));
            }
        }
        for (var row : gone) {
            jdbc.sql("delete from asset_face where id = ?").param(row.id).update();
        }
        if (!gone.isEmpty()) {
            features.mend(owner);
        }
    }

    private static boolean isFromFile(Row row) {
        return row.sourceType.equals("exif") && !row.isDeleted;
    }

    private UUID ownerOf(UUID assetId) {
        return jdbc.sql("select owner_id from asset where id = ?")
                .param(assetId)
                .query(UUID.class)
                .single();
    }

    private List<Row> facesOf(UUID assetId) {
        return jdbc.sql(
                        """
                        select id, source_type, deleted_at is not null as is_deleted, person_id,
                            image_width, image_height, bounding_box_x1, bounding_box_y1,
                            bounding_box_x2, bounding_box_y2
                        from asset_face
                        where asset_id = ? and image_width > 0 and image_height > 0 order by id
                        """)
                .param(assetId)
                .query(Row.class)
                .list();
    }

    private UUID insert(UUID assetId, Box box, int width, int height) {
        return jdbc.sql(
                        """
                        insert into asset_face (asset_id, source_type, image_width, image_height,
                            bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2)
                        values (:asset, 'exif', :width, :height, :x1, :y1, :x2, :y2) returning id
                        """)
                .param("asset", assetId)
                .param("width", width)
                .param("height", height)
                .param("x1", (int) Math.rint(box.x1()))
                .param("y1", (int) Math.rint(box.y1()))
                .param("x2", (int) Math.rint(box.x2()))
                .param("y2", (int) Math.rint(box.y2()))
                .query(UUID.class)
                .single();
    }
}
