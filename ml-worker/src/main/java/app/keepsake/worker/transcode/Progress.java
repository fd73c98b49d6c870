package app.keepsake.worker.transcode;

import app.keepsake.jobs.NotNow;
import app.keepsake.worker.library.Library;
import app.keepsake.worker.video.Watch;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Looks after a run of ffmpeg: says how far it is, and ends it when nobody wants its film any more,
 * when its queue is paused, when the disk fills up, or when it makes no progress. It halts while
 * the machine is to have peace.
 */
final class Progress implements Watch {

    private static final Logger log = LoggerFactory.getLogger(Progress.class);

    /** Of ffmpeg's {@code -progress}, in millionths of a second of the film. */
    private static final Pattern DONE = Pattern.compile("out_time_us=(\\d+)");

    /** Thrown when the film was deleted meanwhile. */
    static final class Vanished extends IOException {}

    private final UUID assetId;
    private final int durationMs;
    private final EncodedFilms rows;
    private final Library library;
    private final Duration silence;
    private final DoubleConsumer listener;
    private final BooleanSupplier rests;
    private String heard = "";
    private long heardAt = System.nanoTime();
    private long tenths;

    /**
     * @param listener hears which share of the film is done, from 0 to 1
     * @param rests whether it is to stand still for now
     */
    Progress(
            UUID assetId,
            int durationMs,
            EncodedFilms rows,
            Library library,
            Duration silence,
            DoubleConsumer listener,
            BooleanSupplier rests) {
        this.assetId = assetId;
        this.durationMs = durationMs;
        this.rows = rows;
        this.library = library;
        this.silence = silence;
        this.listener = listener;
        this.rests = rests;
    }

    @Override
    public void look(String lastWords) throws IOException, NotNow {
        requireWanted();
        library.requirePresent();
        library.requireRoom(0);
        if (rests()) {
            heardAt = System.nanoTime();
        } else if (!lastWords.equals(heard)) {
            heard = lastWords;
            heardAt = System.nanoTime();
            tell(lastWords);
        } else if (System.nanoTime() - heardAt > silence.toNanos()) {
            throw new IOException("ffmpeg made no progress for " + silence);
        }
    }

    @Override
    public boolean rests() {
        return rests.getAsBoolean();
    }

    private void requireWanted() throws IOException, NotNow {
        EncodedFilms.Standing standing;
        try {
            standing = rows.standing(assetId);
        } catch (DataAccessException e) {
            return; // a database that is away for a moment is no reason to lose hours of work
        }
        if (!standing.isThere()) {
            throw new Vanished();
        }
        if (standing.isPaused()) {
            throw new NotNow("the queue was paused");
        }
    }

    private void tell(String lastWords) {
        long us =
                DONE.matcher(lastWords)
                        .results()
                        .mapToLong(of -> Long.parseLong(of.group(1)))
                        .max()
                        .orElse(0);
        double share = durationMs == 0 ? 0 : Math.min(1, us / 1000.0 / durationMs);
        listener.accept(share);
        if ((long) (share * 10) > tenths) {
            tenths = (long) (share * 10);
            log.info("Transcoding {}: {} %", assetId, tenths * 10);
        }
    }
}
