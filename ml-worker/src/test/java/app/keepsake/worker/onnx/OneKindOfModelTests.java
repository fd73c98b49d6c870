package app.keepsake.worker.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.keepsake.jobs.DetectFaces;
import app.keepsake.jobs.EmbedPicture;
import app.keepsake.jobs.JobQueue;
import app.keepsake.jobs.QueueName;
import app.keepsake.jobs.ReadText;
import app.keepsake.jobs.TextEmbedder;
import app.keepsake.worker.support.FakeMachine;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The whole worker where memory is small, and where it is not. */
@WorkerTest
class OneKindOfModelTests {

    @Autowired WorkerFixtures given;
    @Autowired FakeMachine machine;
    @Autowired JobQueue queue;
    @Autowired Models models;
    @Autowired TextEmbedder words;

    @BeforeEach
    void nothingIsOpen() {
        models.closeUnused();
    }

    @AfterEach
    void theMachineIsAtEase() {
        machine.remove("proc/meminfo");
    }

    private void awaitDone(UUID asset, String column) {
        await().atMost(Duration.ofMinutes(2)).until(() -> given.isDone(asset, column));
    }

    private void seeAndFindFaces() {
        var asset = given.assetWithPreview("astronaut.png");
        queue.add(new EmbedPicture(asset));
        awaitDone(asset, "smart_search_at");
        queue.add(new DetectFaces(asset));
        awaitDone(asset, "faces_recognized_at");
    }

    @Test
    void modelsOfOneKindMakeRoomForThoseOfAnother() throws Exception {
        machine.memory(700, 8000);
        seeAndFindFaces();
        assertThat(models.open()).containsExactly(QueueName.FACE_DETECTION);
        var text = given.assetWithPreview("sea.png");
        queue.add(new ReadText(text));
        awaitDone(text, "ocr_with");
        assertThat(models.open()).containsExactly(QueueName.OCR);
        words.embed("the sea", null);
        assertThat(models.open()).containsExactly(QueueName.SMART_SEARCH);
    }

    @Test
    void allStayWhereThereIsMemoryForThem() {
        machine.memory(6000, 8000);
        seeAndFindFaces();
        assertThat(models.open())
                .containsExactlyInAnyOrder(QueueName.SMART_SEARCH, QueueName.FACE_DETECTION);
    }
}
