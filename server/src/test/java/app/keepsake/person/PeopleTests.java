package app.keepsake.person;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.HeldTransaction;
import app.keepsake.support.HouseholdTest;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;

class PeopleTests extends HouseholdTest {

    @Autowired DataSource database;

    /** Whoever has one face alone and no name would go with that one. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    POST   | /api/people/MARIE/merge    | {"ids": ["STRANGER"]} | MARIE
                    PUT    | /api/people/MARIE/reassign | {"data": [{"personId": "STRANGER", "assetId": "PHOTO"}]} | STRANGER
                    PUT    | /api/faces/MARIE           | {"id": "FACE"} | STRANGER
                    DELETE | /api/faces/FACE            | {"force": true} | STRANGER
                    POST   | /api/faces                 | {"assetId": "PHOTO", "personId": "MARIE", "imageWidth": 9, "imageHeight": 9, "x": 1, "y": 1, "width": 5, "height": 5} | STRANGER
                    PUT    | /api/people/STRANGER       | {"featureFaceAssetId": "PHOTO"} | STRANGER
                    DELETE | /api/people                | {"ids": ["STRANGER"]} |
                    """)
    void whatIsSaidOfSomebodyIsSaidOfTheFaceTooThatTheyAreJustGiven(
            String method, String path, String body, @Nullable String whose) throws Exception {
        var marie = person("Marie");
        var stranger = person("");
        var photo = given.asset(ana, Map.of());
        var face = face(photo, stranger);
        var next = face(given.asset(ana, Map.of()), null);
        var ids =
                Map.of(
                        "MARIE", marie,
                        "STRANGER", stranger,
                        "PHOTO", photo,
                        "FACE", face);
        try (var grouping = new HeldTransaction(database);
                var executor = Executors.newSingleThreadExecutor()) {
            new PeopleRows(grouping.jdbc()).lock(ana.userId());
            var said =
                    executor.submit(
                            () ->
                                    wire.send(
                                            ana,
                                            HttpMethod.valueOf(method),
                                            named(path, ids),
                                            named(body, ids)));
            grouping.awaitWaiter();
            grouping.jdbc()
                    .sql("update asset_face set person_id = ? where id = ?")
                    .params(stranger, next)
                    .update();
            grouping.commit();
            assertThat(said.get()).hasStatus2xxSuccessful();
        }
        assertThat(personOf(next)).isEqualTo(whose == null ? null : ids.get(whose));
    }

    private static String named(String text, Map<String, UUID> ids) {
        var result = text;
        for (var id : ids.entrySet()) {
            result = result.replace(id.getKey(), id.getValue().toString());
        }
        return result;
    }

    private UUID person(String name) {
        return jdbc.sql("insert into person (owner_id, name) values (?, ?) returning id")
                .params(ana.userId(), name)
                .query(UUID.class)
                .single();
    }

    private UUID face(UUID asset, @Nullable UUID person) {
        return jdbc.sql(
                        """
                        insert into asset_face (asset_id, person_id, image_width, image_height,
                            bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2)
                        values (:asset, :person::uuid, 100, 100, 10, 10, 20, 20) returning id
                        """)
                .param("asset", asset)
                .param("person", person)
                .query(UUID.class)
                .single();
    }

    private @Nullable UUID personOf(UUID face) {
        return jdbc.sql("select person_id from asset_face where id = ?")
                .param(face)
                .query(UUID.class)
                .optional()
                .orElse(null);
    }
}
