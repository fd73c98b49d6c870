package app.keepsake.metadata;

import app.keepsake.asset.Sidecars;
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

    /** For originals that are moved all the while. */
    private static final int ATTEMPTS = 10;

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
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var said = rows.find(job.subjectId());
            if (said.isEmpty()) {
                return;
            }
            if (!library.isPresent()) {
                throw new NotNow("the library's disk is missing");
            }
            try {
                if (tryToWrite(job.subjectId(), said.get())) {
                    events.publishEvent(new SidecarWritten(job.subjectId()));
                    return;
                }
            } catch (Problem.Unavailable | Problem.DiskFull e) {
                throw new NotNow(String.valueOf(e.getMessage()));
            }
        }
        throw new IOException("its original moved each time that its sidecar was to be written");
    }

    /** Returns false when the asset must be looked at anew. */
    private boolean tryToWrite(UUID assetId, SidecarRows.Said said)
            throws IOException, Unrecoverable {
        var before = existing(library.resolve(said.place()));
        var after = edited(before, said);
        if (Arrays.equals(before, after)) {
            return rows.write(assetId, said, () -> {});
        }
        originals.requireWritable(after.length);
        try (var arrival = originals.receiveFor(said.place())) {
            arrival.write(after, 0, after.length);
            arrival.sync(Instant.now());
            return rows.write(
                    assetId,
                    said,
                    () -> {
                        arrival.moveTo(said.place());
                        arrival.syncName();
                    });
        }
    }

    private static byte @Nullable [] existing(Path sidecar) throws IOException, Unrecoverable {
        try {
            if (Files.size(sidecar) > Sidecars.MOST_BYTES) {
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
}
