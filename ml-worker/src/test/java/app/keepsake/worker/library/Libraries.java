package app.keepsake.worker.library;

import java.nio.file.Path;
import org.springframework.util.unit.DataSize;

/** Libraries to test with. */
public final class Libraries {

    private Libraries() {}

    /** One on whose disk so much is to stay free that there is room for nothing. */
    public static Library full(Path root) {
        return new Library(root, DataSize.ofTerabytes(1_000));
    }
}
