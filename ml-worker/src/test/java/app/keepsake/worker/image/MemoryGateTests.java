package app.keepsake.worker.image;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.config.ImageConfig;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I7: how many pictures are decoded at a time goes by what they take. */
class MemoryGateTests {

    private static final int MB = 1 << 20;

    /** Of the machine's memory. */
    private final AtomicLong free = new AtomicLong(Long.MAX_VALUE);

    private final MemoryGate gate = new MemoryGate(100 * MB, free::get);
    private final List<String> said = Collections.synchronizedList(new ArrayList<>());

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private static Thread start(Work work) {
        return Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            try {
                                work.run();
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });
    }

    /** Until it waits for something, or has ended. */
    private static void settle(Thread thread) {
        while (thread.getState() != Thread.State.WAITING && thread.isAlive()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void smallPicturesAreDecodedSideBySide() throws Exception {
        var both = new CountDownLatch(2);
        Work small =
                () -> {
                    try (var _ = gate.enter(40 * MB)) {
                        both.countDown();
                        both.await();
                    }
                };
        var first = start(small);
        var second = start(small);
        first.join();
        second.join();
        assertThat(both.getCount()).isZero();
    }

    @Test
    void aLargePictureWaitsUntilItIsAlone() throws Exception {
        Thread large;
        try (var _ = gate.enter(20 * MB)) {
            large = start(() -> enter("large", 90 * MB));
            settle(large);
            said.add("small is done");
        }
        large.join();
        assertThat(said).containsExactly("small is done", "large");
    }

    /** Or there would always be one before it, while a phone uploads. */
    @Test
    void smallPicturesDoNotPassALargeOneThatWaits() throws Exception {
        Thread large;
        Thread later;
        try (var _ = gate.enter(20 * MB)) {
            large = start(() -> enter("large", 90 * MB));
            settle(large);
            later = start(() -> enter("small", 20 * MB));
            settle(later);
        }
        large.join();
        later.join();
        assertThat(said).containsExactly("large", "small");
    }

    @Test
    void whatNeedsMoreThanThereIsRunsAlone() throws Exception {
        try (var _ = gate.enter(1000L * MB)) {
            var other = start(() -> enter("other", MB));
            settle(other);
            assertThat(said).isEmpty();
        }
        gate.enterAlone().close();
    }

    @Test
    void whereTheMachineHasLittleMemoryALargePictureWaitsUntilItIsAloneAndASmallOnePasses()
            throws Exception {
        free.set(30 * MB);
        Thread large;
        try (var _ = gate.enter(MB)) {
            enter("small", 20 * MB);
            large = start(() -> enter("large", 40 * MB));
            while (large.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            said.add("first is done");
        }
        large.join();
        assertThat(said).containsExactly("small", "first is done", "large");
    }

    @Test
    void aLargePictureGoesOnWhenTheMachineHasItsMemoryAgain() throws Exception {
        free.set(0);
        try (var _ = gate.enter(MB)) {
            var large = start(() -> enter("large", 40 * MB));
            while (large.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            assertThat(said).isEmpty();
            free.set(100 * MB);
            large.join();
            assertThat(said).containsExactly("large");
        }
    }

    private void enter(String who, long bytes) throws IOException {
        try (var _ = gate.enter(bytes)) {
            said.add(who);
        }
    }

    /** A progressive JPEG is held as a whole, one that is not row by row. */
    @Test
    void anEngineAsksForWhatAPictureTakes(@TempDir Path folder) throws Exception {
        var engine = new LibvipsEngine(Vips.get().orElseThrow(), ImageEngineContract.USUAL, gate);
        var rows = Pictures.plain(folder, 4000, 3000, Color.PINK, "jpeg");
        var whole = folder.resolve("progressive.jpeg");
        engine.deriveFullsize(Source.of(rows), Edit.NONE, PROGRESSIVE, whole);
        Thread large;
        try (var _ = gate.enter(80 * MB)) {
            derive(engine, rows, folder);
            large = start(() -> derive(engine, whole, folder));
            settle(large);
            said.add("the other is done");
        }
        large.join();
        assertThat(said).containsExactly("the other is done", whole.toString());
    }

    private static final ImageConfig PROGRESSIVE =
            new ImageConfig(
                    ImageConfig.DEFAULT.thumbnail(),
                    ImageConfig.DEFAULT.preview(),
                    new ImageConfig.Fullsize(true, ImageConfig.Format.JPEG, 80, true),
                    ImageConfig.Colorspace.SRGB,
                    false);

    private void derive(ImageEngine engine, Path picture, Path folder) throws Exception {
        engine.derive(
                Source.of(picture),
                Edit.NONE,
                ImageConfig.DEFAULT,
                folder.resolve("preview-" + Thread.currentThread().threadId()),
                folder.resolve("thumbnail-" + Thread.currentThread().threadId()));
        if (picture.toString().endsWith("progressive.jpeg")) {
            said.add(picture.toString());
        }
    }
}
