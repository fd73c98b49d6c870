package app.keepsake.worker.image;

import java.time.Duration;
import java.util.stream.Stream;

/** Both engines, with the usual limits. */
public final class Engines {

    private Engines() {}

    public static Stream<ImageEngine> all() {
        return Stream.of(libvips(), new ThumbnailatorEngine(ImageEngineContract.USUAL));
    }

    static ImageEngine libvips() {
        return new LibvipsEngine(
                Vips.get().orElseThrow(),
                ImageEngineContract.USUAL,
                new MemoryGate(640L << 20, () -> Long.MAX_VALUE));
    }

    static Sources sources() {
        return new Sources(
                new Children(
                        new ChildSettings(Duration.ofSeconds(60), 2L << 30, 1L << 30),
                        new MemoryGate(640L << 20, () -> Long.MAX_VALUE)));
    }
}
