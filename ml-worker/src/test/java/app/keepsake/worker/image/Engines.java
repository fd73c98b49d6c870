package app.keepsake.worker.image;

import java.util.stream.Stream;

/** Both engines, with the usual limits. */
public final class Engines {

    private Engines() {}

    public static Stream<ImageEngine> all() {
        return Stream.of(
                new LibvipsEngine(Vips.get().orElseThrow(), ImageEngineContract.USUAL),
                new ThumbnailatorEngine(ImageEngineContract.USUAL));
    }
}
