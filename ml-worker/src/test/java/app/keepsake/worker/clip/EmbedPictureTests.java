package app.keepsake.worker.clip;

import static app.keepsake.worker.support.WorkerFixtures.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import app.keepsake.jobs.EmbedPicture;
import app.keepsake.jobs.JobQueue;
import app.keepsake.jobs.TextVectorsUnavailable;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import com.pgvector.PGhalfvec;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

@WorkerTest
class EmbedPictureTests {

    @Autowired WorkerFixtures given;
    @Autowired EmbedPictureHandler handler;
    @Autowired Clip clip;
    @Autowired JobQueue queue;

    @Test
    void writesTheVectorByWhichWordsFindThePhoto() throws Exception {
        var sea = given.assetWithPreview("sea.png");
        var night = given.assetWithPreview("night.png");
        handler.run(new EmbedPicture(sea));
        handler.run(new EmbedPicture(night));
        assertThat(nearest("ocean", sea, night)).containsExactly(sea, night);
        assertThat(nearest("dark", sea, night)).containsExactly(night, sea);
        assertThat(given.isDone(sea, "smart_search_at")).isTrue();
    }

    @Test
    void writesToEachOfSeveralItsOwnVectorAndNothingForOneThatHasVanished() throws Exception {
        var sea = given.assetWithPreview("sea.png");
        var vanished = UUID.randomUUID();
        var night = given.assetWithPreview("night.png");
        handler.run(
                List.of(
                        new EmbedPicture(sea),
                        new EmbedPicture(vanished),
                        new EmbedPicture(night)));
        assertThat(nearest("ocean", sea, night)).containsExactly(sea, night);
        assertThat(nearest("dark", sea, night)).containsExactly(night, sea);
        assertThat(given.isDone(vanished, "smart_search_at")).isFalse();
    }

    @Test
    void onePreviewThatCannotBeReadSpoilsNothingForThoseBesideIt() throws Exception {
        var sea = given.assetWithPreview("sea.png");
        var broken = given.assetWithPreview("clip.json");
        var night = given.assetWithPreview("night.png");
        List.of(sea, broken, night).forEach(asset -> queue.add(new EmbedPicture(asset)));
        await().until(
                        () ->
                                given.isDone(sea, "smart_search_at")
                                        && given.isDone(night, "smart_search_at"));
        assertThat(given.isDone(broken, "smart_search_at")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"enabled\": false}", "{\"clip\": {\"enabled\": false}}"})
    void leavesItUndoneWhereAdministratorsWantNone(String switchedOff) throws Exception {
        var asset = given.assetWithPreview("sea.png");
        given.config("{\"machineLearning\": %s}".formatted(switchedOff));
        try {
            handler.run(new EmbedPicture(asset));
            assertThat(given.isDone(asset, "smart_search_at")).isFalse();
        } finally {
            given.config("{}");
        }
        handler.run(new EmbedPicture(asset));
        assertThat(given.isDone(asset, "smart_search_at")).isTrue();
    }

    @Test
    void takesItsJobsFromTheQueue() {
        var asset = given.assetWithPreview("sea.png");
        queue.add(new EmbedPicture(asset));
        await().until(() -> given.isDone(asset, "smart_search_at"));
    }

    @Test
    void writesTheVectorOfTheCommitThatIsInUse() throws Exception {
        var asset = given.assetWithPreview("sea.png");
        given.commit("clip", "present");
        try {
            handler.run(new EmbedPicture(asset));
            assertThat(stored(asset)).isNotEmpty();
        } finally {
            given.commit("clip", null);
        }
    }

    @Test
    void writesOverItsOwnVectorWhenRunAgain() throws Exception {
        var asset = given.assetWithPreview("sea.png");
        handler.run(new EmbedPicture(asset));
        given.showing(asset, "red-car.png");
        handler.run(new EmbedPicture(asset));
        handler.run(new EmbedPicture(asset));
        assertThat(
                        Golden.cosine(
                                stored(asset),
                                Golden.seen(clip, WorkerFixtures.CLIP, golden("red-car.png"))
                                        .vector()))
                .isCloseTo(1, within(1e-3));
    }

    @Test
    void writesForTheModelThatIsComingAndLeavesWhatAnswersMeanwhile() throws Exception {
        var asset = given.assetWithPreview("sea.png");
        handler.run(new EmbedPicture(asset));
        var before = stored(asset);
        given.coming("ViT-tiny", 512);
        try {
            given.showing(asset, "red-car.png");
            handler.run(new EmbedPicture(asset));
            assertThat(stored(asset)).containsExactly(before);
            assertThat(
                            given.server()
                                    .sql("select model from smart_search_next where asset_id = ?")
                                    .param(asset)
                                    .query(String.class)
                                    .single())
                    .isEqualTo("ViT-tiny");
            assertThat(clip.embed("ocean", null).model()).isEqualTo(WorkerFixtures.CLIP);
        } finally {
            given.notComing();
        }
    }

    @Test
    void leavesItUndoneWhileThereIsNoModelAndSaysWhoGetsOne() throws Exception {
        var asset = given.assetWithPreview("sea.png");
        given.withoutClip(
                () -> {
                    handler.run(new EmbedPicture(asset));
                    assertThat(given.isDone(asset, "smart_search_at")).isFalse();
                    assertThatExceptionOfType(TextVectorsUnavailable.class)
                            .isThrownBy(() -> clip.embed("sea", null))
                            .withMessageContaining("an administrator downloads one");
                });
    }

    @Test
    void endsQuietlyWhenTheAssetHasVanished() throws Exception {
        var asset = UUID.randomUUID();
        handler.run(new EmbedPicture(asset));
        assertThat(given.isDone(asset, "smart_search_at")).isFalse();
    }

    @Test
    void asksToBeTriedAgainWhileThereIsNoPreview() {
        var asset = given.asset();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> handler.run(new EmbedPicture(asset)))
                .withMessageContaining("no preview yet");
        assertThat(given.isDone(asset, "smart_search_at")).isFalse();
    }

    @Test
    void refusesAModelThatIsNotWhatItsNameSays() throws Exception {
        var asset = given.assetWithPreview("sea.png");
        given.coming("ViT-tiny", 768);
        try {
            assertThatExceptionOfType(Unrecoverable.class)
                    .isThrownBy(() -> handler.run(new EmbedPicture(asset)))
                    .withMessageContaining("ViT-tiny")
                    .withMessageContaining("512")
                    .withMessageContaining("768");
        } finally {
            given.notComing();
        }
        assertThat(given.isDone(asset, "smart_search_at")).isFalse();
    }

    private List<UUID> nearest(String text, UUID... assets) throws IOException {
        return given.server()
                .sql(
                        """
                        select asset_id from smart_search
                        where asset_id = any(:assets) order by embedding <=> :vector
                        """)
                .param("assets", assets)
                .param("vector", new PGhalfvec(clip.embed(text, null).vector()))
                .query(UUID.class)
                .list();
    }

    private float[] stored(UUID asset) throws Exception {
        var text =
                given.server()
                        .sql("select embedding::text from smart_search where asset_id = ?")
                        .param(asset)
                        .query(String.class)
                        .single();
        return new PGhalfvec(text).toArray();
    }
}
