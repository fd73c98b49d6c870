package app.keepsake.worker.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.jobs.DetectFaces;
import app.keepsake.worker.onnx.ModelsInUse.InUse;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

@WorkerTest
class DetectFacesTests {

    @Autowired WorkerFixtures given;
    @Autowired DetectFacesHandler handler;
    @Autowired StoredFaces stored;

    record FaceRow(
            UUID id,
            int imageWidth,
            int imageHeight,
            int boundingBoxX1,
            int boundingBoxY1,
            int boundingBoxX2,
            int boundingBoxY2,
            boolean described) {}

    @Test
    void writesAFaceWithItsPlaceAndItsVector() throws Exception {
        var asset = given.assetWithPreview("astronaut.png");
        handler.run(new DetectFaces(asset));
        assertThat(faces(asset))
                .singleElement()
                .satisfies(
                        face -> {
                            assertThat(face.imageWidth()).isEqualTo(512);
                            assertThat(face.imageHeight()).isEqualTo(512);
                            assertThat(
                                            new double[] {
                                                face.boundingBoxX1(),
                                                face.boundingBoxY1(),
                                                face.boundingBoxX2(),
                                                face.boundingBoxY2()
                                            })
                                    .usingComparatorWithPrecision(1.0)
                                    .containsExactly(
                                            GoldenFaces.of("astronaut").faces().getFirst().box());
                            // The astronaut's eyes and mouth, read off the photo.
                            assertThat(face.boundingBoxX1()).isLessThan(200);
                            assertThat(face.boundingBoxX2()).isGreaterThan(245);
                            assertThat(face.boundingBoxY1()).isLessThan(100);
                            assertThat(face.boundingBoxY2()).isGreaterThan(140);
                            assertThat(face.described()).isTrue();
                        });
        assertThat(given.isDone(asset, "faces_recognized_at")).isTrue();
    }

    @AfterEach
    void usualSettings() {
        given.config("{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"enabled\": false}", "{\"facialRecognition\": {\"enabled\": false}}"})
    void leavesItUndoneWhereAdministratorsWantNone(String switchedOff) throws Exception {
        var asset = given.assetWithPreview("astronaut.png");
        given.config("{\"machineLearning\": %s}".formatted(switchedOff));
        handler.run(new DetectFaces(asset));
        assertThat(faces(asset)).isEmpty();
        assertThat(given.isDone(asset, "faces_recognized_at")).isFalse();
    }

    @Test
    void isAsSureOfAFaceAsAdministratorsWant() throws Exception {
        var asset = given.assetWithPreview("astronaut.png");
        given.config("{\"machineLearning\": {\"facialRecognition\": {\"minScore\": 1}}}");
        handler.run(new DetectFaces(asset));
        assertThat(faces(asset)).isEmpty();
        assertThat(given.isDone(asset, "faces_recognized_at")).isTrue();
    }

    @Test
    void keepsTheRowOfAFaceThatItSeesAgain() throws Exception {
        var asset = given.assetWithPreview("astronaut.png");
        handler.run(new DetectFaces(asset));
        var before = faces(asset);
        // The same place on a preview of half the size, its vector lost.
        given.server()
                .sql(
                        """
                        update asset_face set image_width = image_width / 2,
                            image_height = image_height / 2,
                            bounding_box_x1 = bounding_box_x1 / 2,
                            bounding_box_y1 = bounding_box_y1 / 2,
                            bounding_box_x2 = bounding_box_x2 / 2,
                            bounding_box_y2 = bounding_box_y2 / 2
                        where asset_id = ?
                        """)
                .param(asset)
                .update();
        given.server()
                .sql("delete from face_search where face_id = ?")
                .param(before.getFirst().id())
                .update();
        handler.run(new DetectFaces(asset));
        assertThat(faces(asset))
                .singleElement()
                .satisfies(
                        face -> {
                            assertThat(face.id()).isEqualTo(before.getFirst().id());
                            assertThat(face.described()).isTrue();
                        });
    }

    @Test
    void describesAnewAFaceThatAnotherModelDescribed() throws Exception {
        var asset = given.assetWithPreview("astronaut.png");
        handler.run(new DetectFaces(asset));
        var described = vector(asset);
        given.server()
                .sql(
                        """
                        update face_search set model = 'former',
                            embedding = array_fill(1, array[512])::halfvec
                        where face_id in (select id from asset_face where asset_id = ?)
                        """)
                .param(asset)
                .update();
        handler.run(new DetectFaces(asset));
        assertThat(vector(asset)).isEqualTo(described);
    }

    @Test
    void keepsAVectorThatPeopleWereGroupedBy() throws Exception {
        var asset = given.assetWithPreview("astronaut.png");
        handler.run(new DetectFaces(asset));
        given.server()
                .sql(
                        """
                        update face_search set embedding = array_fill(1, array[512])::halfvec
                        where face_id in (select id from asset_face where asset_id = ?)
                        """)
                .param(asset)
                .update();
        var before = vector(asset);
        handler.run(new DetectFaces(asset));
        assertThat(vector(asset)).isEqualTo(before);
    }

    private static InUse by(String model) {
        return new InUse("facial-recognition", model, 512, null);
    }

    /** Mended by hand with the files of another. */
    @Test
    void writesNoVectorOfACommitThatWentOutOfUseMeanwhile() throws Exception {
        var asset = given.assetWithPreview("astronaut.png");
        var former = new InUse("facial-recognition", model(), 512, "former");
        given.commit("facial-recognition", "present");
        try {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> stored.update(asset, 512, 512, former, List.of()));
            assertThat(given.isDone(asset, "faces_recognized_at")).isFalse();
            handler.run(new DetectFaces(asset));
            assertThat(given.isDone(asset, "faces_recognized_at")).isTrue();
        } finally {
            given.commit("facial-recognition", null);
        }
    }

    @Test
    void writesNoVectorOfAModelThatWentOutOfUseMeanwhile() throws Exception {
        var asset = given.assetWithPreview("astronaut.png");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> stored.update(asset, 512, 512, by("former"), List.of()))
                .withMessageContaining("another model than former");
        assertThat(given.isDone(asset, "faces_recognized_at")).isFalse();
    }

    private String vector(UUID asset) {
        return given.server()
                .sql(
                        """
                        select s.model || s.embedding::text from face_search s
                        join asset_face f on f.id = s.face_id where f.asset_id = ?
                        """)
                .param(asset)
                .query(String.class)
                .single();
    }

    @Test
    void removesItsOwnFacesThatItNoLongerSees() throws Exception {
        var asset = given.assetWithPreview("astronaut.png");
        handler.run(new DetectFaces(asset));
        given.showing(asset, "meadow.png");
        handler.run(new DetectFaces(asset));
        assertThat(faces(asset)).isEmpty();
    }

    /** What a person can say of a found face: it is somebody's, it has a name, it is none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "update asset_face set is_confirmed = true, person_id = :person where id = :face",
                "update person set name = 'Marie', face_asset_id = :face where id = :person",
                "update person set is_hidden = true, face_asset_id = :face where id = :person",
                "update asset_face set deleted_at = now() where id = :face"
            })
    void keepsAFaceOfWhichAPersonSaidSomethingWhateverItSeesLater(String said) throws Exception {
        var asset = given.assetWithPreview("astronaut.png");
        handler.run(new DetectFaces(asset));
        var face = faces(asset).getFirst().id();
        face(asset, "machine-learning", 400, 400, 460, 460);
        given.server().sql(said).param("face", face).param("person", person(asset, face)).update();
        // Administrators want it surer.
        given.config("{\"machineLearning\": {\"facialRecognition\": {\"minScore\": 1}}}");
        handler.run(new DetectFaces(asset));
        assertThat(faces(asset)).extracting(FaceRow::id).containsExactly(face);
        given.config("{}");
        // Another model saw it larger, by less than half of what both see together.
        given.server()
                .sql(
                        """
                        update asset_face set
                            bounding_box_x1 = bounding_box_x1
                                - (bounding_box_x2 - bounding_box_x1) * 2 / 5,
                            bounding_box_x2 = bounding_box_x2
                                + (bounding_box_x2 - bounding_box_x1) * 2 / 5,
                            bounding_box_y1 = bounding_box_y1
                                - (bounding_box_y2 - bounding_box_y1) * 2 / 5,
                            bounding_box_y2 = bounding_box_y2
                                + (bounding_box_y2 - bounding_box_y1) * 2 / 5
                        where id = ?
                        """)
                .param(face)
                .update();
        given.server().sql("delete from face_search where face_id = ?").param(face).update();
        var before = faces(asset);
        handler.run(new DetectFaces(asset));
        assertThat(faces(asset))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("described")
                .isEqualTo(before);
        assertThat(faces(asset)).singleElement().matches(FaceRow::described);
    }

    private UUID person(UUID asset, UUID face) {
        var person =
                given.server()
                        .sql(
                                """
                                insert into person (owner_id)
                                select owner_id from asset where id = ? returning id
                                """)
                        .param(asset)
                        .query(UUID.class)
                        .single();
        given.server()
                .sql("update asset_face set person_id = ? where id = ?")
                .params(person, face)
                .update();
        return person;
    }

    /** A crowd: the face between two others is neither of them. */
    @Test
    void ofSeveralFacesEachStaysTheOneThatItIsLikest() throws Exception {
        var asset = given.asset();
        var left = face(asset, "manual", 100, 100, 200, 200);
        var right = face(asset, "machine-learning", 150, 100, 250, 200);
        given.server()
                .sql("update asset_face set is_confirmed = true where id = any(?)")
                .param(new UUID[] {left, right})
                .update();
        stored.update(
                asset,
                512,
                512,
                by(model()),
                List.of(
                        seen(new Box(140, 100, 240, 200)),
                        seen(new Box(95, 100, 195, 200)),
                        seen(new Box(400, 100, 500, 200))));
        assertThat(faces(asset)).hasSize(3).allMatch(FaceRow::described);
        assertThat(firstNumberOfVector(left)).isEqualTo(95);
        assertThat(firstNumberOfVector(right)).isEqualTo(140);
    }

    /** Its vector tells which one it was. */
    private static Face seen(Box box) {
        var vector = new float[512];
        vector[0] = (float) box.x1();
        return new Face(box, 1, vector);
    }

    private int firstNumberOfVector(UUID face) {
        return given.server()
                .sql(
                        """
                        select (embedding::vector::real[])[1]::int from face_search
                        where face_id = ?
                        """)
                .param(face)
                .query(Integer.class)
                .single();
    }

    private String model() {
        return given.server()
                .sql("select model from ml_model where task = 'facial-recognition'")
                .query(String.class)
                .single();
    }

    @Test
    void leavesFacesOfOtherSourcesAndDoesNotDoubleThem() throws Exception {
        var asset = given.assetWithPreview("astronaut.png");
        var drawn = face(asset, "manual", 181, 73, 265, 175);
        var fromFile = face(asset, "exif", 0, 400, 60, 460);
        handler.run(new DetectFaces(asset));
        assertThat(faces(asset)).extracting(FaceRow::id).containsExactlyInAnyOrder(drawn, fromFile);
        assertThat(faces(asset))
                .filteredOn(face -> face.id().equals(drawn))
                .extracting(FaceRow::boundingBoxX1)
                .containsExactly(181);
    }

    @Test
    void doesNotBringBackAFaceThatAUserRemoved() throws Exception {
        var asset = given.assetWithPreview("astronaut.png");
        handler.run(new DetectFaces(asset));
        remove(asset);
        handler.run(new DetectFaces(asset));
        assertThat(
                        given.server()
                                .sql(
                                        """
                                        select count(*) from asset_face
                                        where asset_id = ? and deleted_at is null
                                        """)
                                .param(asset)
                                .query(Integer.class)
                                .single())
                .isZero();
    }

    @Test
    void remembersAFaceThatAUserRemovedWhileItIsNotSeen() throws Exception {
        var asset = given.assetWithPreview("astronaut.png");
        handler.run(new DetectFaces(asset));
        remove(asset);
        var removed = faces(asset);
        given.showing(asset, "meadow.png");
        handler.run(new DetectFaces(asset));
        assertThat(faces(asset)).isEqualTo(removed);
    }

    @Test
    void writesNothingWhenTheAssetVanishesMeanwhile() throws Exception {
        var vanished = UUID.randomUUID();
        var face = new Face(new Box(1, 1, 20, 20), 0.9, new float[512]);
        stored.update(vanished, 512, 512, by(WorkerFixtures.FACES), List.of(face));
        assertThat(faces(vanished)).isEmpty();
    }

    @Test
    void hasNewFacesAskedWhoseTheyAreAndOthersNotAgain() throws Exception {
        var asset = given.assetWithPreview("astronaut.png");
        handler.run(new DetectFaces(asset));
        assertThat(given.isDone(asset, "people_at")).isFalse();
        given.server()
                .sql("update asset_job_status set people_at = now() where asset_id = ?")
                .param(asset)
                .update();
        handler.run(new DetectFaces(asset));
        assertThat(given.isDone(asset, "people_at")).isTrue();
        given.server().sql("delete from asset_face where asset_id = ?").param(asset).update();
        handler.run(new DetectFaces(asset));
        assertThat(given.isDone(asset, "people_at")).isFalse();
        given.showing(asset, "meadow.png");
        handler.run(new DetectFaces(asset));
        assertThat(given.isDone(asset, "people_at")).isTrue();
    }

    @Test
    void writesAFaceOnceWhenTwoRunsMeet() throws Exception {
        var asset = given.assetWithPreview("astronaut.png");
        Callable<@org.jspecify.annotations.Nullable Void> run =
                () -> {
                    handler.run(new DetectFaces(asset));
                    return null;
                };
        try (var executor = Executors.newFixedThreadPool(4)) {
            for (Future<?> done : executor.invokeAll(List.of(run, run, run, run))) {
                done.get();
            }
        }
        assertThat(faces(asset)).hasSize(1);
    }

    @Test
    void notesThatAPhotoHasNoFace() throws Exception {
        var asset = given.assetWithPreview("meadow.png");
        handler.run(new DetectFaces(asset));
        assertThat(faces(asset)).isEmpty();
        assertThat(given.isDone(asset, "faces_recognized_at")).isTrue();
    }

    @Test
    void endsQuietlyWhenTheAssetHasVanished() throws Exception {
        handler.run(new DetectFaces(UUID.randomUUID()));
    }

    @Test
    void asksToBeTriedAgainWhileThereIsNoPreview() {
        var asset = given.asset();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> handler.run(new DetectFaces(asset)))
                .withMessageContaining("no preview yet");
        assertThat(given.isDone(asset, "faces_recognized_at")).isFalse();
    }

    private UUID face(UUID asset, String source, int x1, int y1, int x2, int y2) {
        return given.server()
                .sql(
                        """
                        insert into asset_face (asset_id, source_type, image_width, image_height,
                            bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2)
                        values (?, ?, 512, 512, ?, ?, ?, ?) returning id
                        """)
                .params(asset, source, x1, y1, x2, y2)
                .query(UUID.class)
                .single();
    }

    private List<FaceRow> faces(UUID asset) {
        return given.server()
                .sql(
                        """
                        select f.*, exists (select 1 from face_search where face_id = f.id)
                            as described
                        from asset_face f where f.asset_id = ?
                        """)
                .param(asset)
                .query(FaceRow.class)
                .list();
    }

    /** All faces of a photo, as a user does. */
    private void remove(UUID asset) {
        given.server()
                .sql("update asset_face set deleted_at = now() where asset_id = ?")
                .param(asset)
                .update();
    }
}
