package app.keepsake.person;

import java.util.ArrayList;
import java.util.Comparator;
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
            boolean isConfirmed,
            @Nullable UUID personId,
            @Nullable String importedName,
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

        boolean isNamed(NamedFace face) {
            return face.name().equalsIgnoreCase(importedName);
        }

        /** Somebody may have renamed the person since: only what the file said before counts. */
        boolean isRenamed(NamedFace face) {
            return importedName != null && !isNamed(face) && !isConfirmed;
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
     * names that, unless somebody has; who has another name there than before is somebody else.
     * What a person removed stays removed. Twice is once (I4).
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
        var isMended = false;
        for (var face : named) {
            var box = face.on(width, height);
            var match =
                    there.stream()
                            .filter(row -> row.on(width, height).overlap(box) > SAME_FACE)
                            .max(
                                    Comparator.comparing((Row row) -> row.isNamed(face))
                                            .thenComparing(
                                                    row -> row.on(width, height).overlap(box)));
            var isFromFile = match.filter(gone::remove).isPresent();
            if (match.isEmpty()) {
                var id = insert(assetId, face.name(), box, width, height);
                known.assign(id, people.named(owner, face.name()));
                continue;
            }
            var row = match.get();
            if (isFromFile && !row.isNamed(face)) {
                setImportedName(row.id, face.name());
            }
            if (!row.isDeleted && row.personId == null) {
                known.assign(row.id, people.named(owner, face.name()));
                known.confirm(List.of(row.id), people.named(owner, face.name()));
            } else if (isFromFile && row.isRenamed(face)) {
                known.assign(row.id, people.named(owner, face.name()));
                isMended = true;
            }
        }
        for (var row : gone) {
            jdbc.sql("delete from asset_face where id = ?").param(row.id).update();
        }
        if (isMended || !gone.isEmpty()) {
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
                        select id, source_type, deleted_at is not null as is_deleted,
                            is_confirmed, person_id, imported_name, image_width, image_height,
                            bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2
                        from asset_face
                        where asset_id = ? and image_width > 0 and image_height > 0 order by id
                        """)
                .param(assetId)
                .query(Row.class)
                .list();
    }

    private void setImportedName(UUID faceId, String name) {
        jdbc.sql("update asset_face set imported_name = ? where id = ?")
                .params(name, faceId)
                .update();
    }

    private UUID insert(UUID assetId, String name, Box box, int width, int height) {
        return jdbc.sql(
                        """
                        insert into asset_face (asset_id, source_type, imported_name, image_width,
                            image_height, bounding_box_x1, bounding_box_y1, bounding_box_x2,
                            bounding_box_y2)
                        values (:asset, 'exif', :name, :width, :height, :x1, :y1, :x2, :y2)
                        returning id
                        """)
                .param("asset", assetId)
                .param("name", name)
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
