package app.keepsake.person;

import app.keepsake.auth.Caller;
import app.keepsake.support.AssetFixtures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Photos on which the worker has found one face each, by its vector. */
final class FaceFixtures {

    static final int DIMENSIONS = 512;

    /** A photo, and the face on it. */
    record Photo(UUID assetId, UUID faceId) {}

    private final JdbcClient jdbc;
    private final AssetFixtures assets;

    FaceFixtures(JdbcClient jdbc, AssetFixtures assets) {
        this.jdbc = jdbc;
        this.assets = assets;
    }

    Photo photo(Caller owner, float[] vector) {
        return photo(owner, vector, Map.of());
    }

    Photo photo(Caller owner, float[] vector, Map<String, String> columns) {
        var asset = assets.asset(owner, columns);
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, metadata_extracted_at,
                            thumbnails_at, smart_search_at, faces_recognized_at)
                        values (?, now(), now(), now(), now())
                        """)
                .param(asset)
                .update();
        return new Photo(asset, face(asset, vector));
    }

    UUID face(UUID asset, float[] vector) {
        var face =
                jdbc.sql(
                                """
                                insert into asset_face (asset_id, image_width, image_height,
                                    bounding_box_x1, bounding_box_y1, bounding_box_x2,
                                    bounding_box_y2)
                                values (?, 1440, 960, 10, 20, 110, 120) returning id
                                """)
                        .param(asset)
                        .query(UUID.class)
                        .single();
        jdbc.sql("insert into face_search (face_id, embedding) values (?, ?::halfvec)")
                .params(face, Arrays.toString(vector))
                .update();
        return face;
    }

    @Nullable UUID personOf(Photo photo) {
        return jdbc.sql("select person_id from asset_face where id = ?")
                .param(photo.faceId())
                .query(UUID.class)
                .optional()
                .orElse(null);
    }

    /** Somebody's face: no two of different people are alike. */
    static float[] somebody(Random random) {
        var vector = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return unit(vector);
    }

    /**
     * The same face once more.
     *
     * @param spread how different the light and the pose are: at 0.5 about a fifth of the distance
     *     at which faces are not alike any more
     */
    static float[] again(float[] face, double spread, Random random) {
        var noise = somebody(random);
        var vector = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = face[i] + (float) spread * noise[i];
        }
        return unit(vector);
    }

    static double distance(float[] one, float[] other) {
        double product = 0;
        for (int i = 0; i < DIMENSIONS; i++) {
            product += one[i] * other[i];
        }
        return 1 - product;
    }

    private static float[] unit(float[] vector) {
        double square = 0;
        for (float value : vector) {
            square += value * value;
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / Math.sqrt(square));
        }
        return vector;
    }

    /** Plain DBSCAN: the cluster of each point, or -1. */
    static List<Integer> dbscan(List<float[]> points, double maxDistance, int minPoints) {
        var cluster = new ArrayList<Integer>();
        points.forEach(_ -> cluster.add(-1));
        int next = 0;
        for (int i = 0; i < points.size(); i++) {
            if (cluster.get(i) >= 0 || near(points, i, maxDistance).size() < minPoints) {
                continue;
            }
            var due = new ArrayList<>(List.of(i));
            while (!due.isEmpty()) {
                int at = due.removeLast();
                if (cluster.get(at) >= 0) {
                    continue;
                }
                cluster.set(at, next);
                var near = near(points, at, maxDistance);
                if (near.size() >= minPoints) {
                    due.addAll(near);
                }
            }
            next++;
        }
        return cluster;
    }

    private static List<Integer> near(List<float[]> points, int at, double maxDistance) {
        var near = new ArrayList<Integer>();
        for (int i = 0; i < points.size(); i++) {
            if (distance(points.get(at), points.get(i)) <= maxDistance) {
                near.add(i);
            }
        }
        return near;
    }
}
