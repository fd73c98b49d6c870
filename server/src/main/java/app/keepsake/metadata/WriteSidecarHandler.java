package app.keepsake.metadata;

import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.NotNow;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.jobs.WriteSidecar;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.storage.Originals;
import com.adobe.internal.xmp.XMPException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Writes what a person has said of an asset into the XMP file beside it, whole or not at all. What
 * else stands in that file stays; the original is not touched (I2).
 */
@Component
class WriteSidecarHandler implements JobHandler<WriteSidecar> {

    private final SidecarRows rows;
    private final Library library;
    private final Originals originals;
    private final ApplicationEventPublisher events;

    WriteSidecarHandler(
            SidecarRows rows,
            Library library,
            Originals originals,
            ApplicationEventPublisher events) {
        this.rows = rows;
        this.library = library;
        this.originals = originals;
        this.events = events;
    }

    @Override
    public void run(WriteSidecar job) throws IOException, NotNow, Unrecoverable {
        var said = rows.find(job.subjectId());
        if (said.isEmpty()) {
            return;
        }
        if (!library.isPresent()) {
            throw new NotNow("the library's disk is missing");
        }
        try {
            write(job.subjectId(), said.get());
        } catch (Problem.Unavailable | Problem.DiskFull e) {
            throw new NotNow(String.valueOf(e.getMessage()));
        }
    }

    private void write(UUID assetId, SidecarRows.Said said) throws IOException, Unrecoverable {
        var path = said.sidecarPath() == null ? said.originalPath() + ".xmp" : said.sidecarPath();
        var before = existing(library.resolve(path));
        var after = edited(before, said);
        if (!Arrays.equals(before, after)) {
            place(after, path);
        }
        if (rows.written(assetId, said, path)) {
            events.publishEvent(new SidecarWritten(assetId));
        } else {
            originals.discard(path); // its asset has vanished
        }
    }

    private static byte @Nullable [] existing(Path sidecar) throws IOException, Unrecoverable {
        try {
            if (Files.size(sidecar) > Sidecar.MOST_BYTES) {
                throw new Unrecoverable("its sidecar is larger than 4 MB and is left as it is");
            }
            return Files.readAllBytes(sidecar);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static byte[] edited(byte @Nullable [] before, SidecarRows.Said said)
            throws Unrecoverable {
        try (var _ = XmpNames.use()) {
            return SidecarWriter.edited(before, said);
        } catch (XMPException | RuntimeException | StackOverflowError e) {
            // Somebody may mend it; overwritten, what it held would be lost.
            throw new Unrecoverable("its sidecar is broken and is left as it is: " + e, e);
        }
    }

    private void place(byte[] bytes, String path) {
        originals.requireWritable(bytes.length);
        try (var arrival = originals.receive()) {
            arrival.write(bytes, 0, bytes.length);
            arrival.sync(Instant.now());
            arrival.moveTo(path);
            arrival.syncName();
        }
    }
}
