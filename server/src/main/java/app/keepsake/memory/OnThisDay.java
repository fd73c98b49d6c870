package app.keepsake.memory;

import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.BackgroundTask;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes memories of the days around today, unless administrators want none, each day once however
 * many servers there are, and throws away old ones that nobody saved. It looks every hour, since a
 * small computer may sleep at midnight. A day is one of UTC, as Immich has it.
 */
@Component
class OnThisDay extends BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(OnThisDay.class);

    /** Days before and after today: phones get them ahead of time. */
    private static final int DAYS = 3;

    private static final Duration UNSAVED_FOR = Duration.ofDays(30);

    private record Wanted(boolean generateMemories) {}

    private final SystemConfig config;
    private final MemoryRows rows;
    private final TransactionTemplate transaction;

    OnThisDay(SystemConfig config, MemoryRows rows, TransactionTemplate transaction) {
        super("memories");
        this.config = config;
        this.rows = rows;
        this.transaction = transaction;
    }

    @Override
    protected Duration run() {
        if (config.section("nightlyTasks", Wanted.class).generateMemories()) {
            catchUp(LocalDate.now(ZoneOffset.UTC));
        }
        cleanUp(Instant.now());
        return Duration.ofHours(1);
    }

    void catchUp(LocalDate today) {
        for (var day = today.minusDays(DAYS);
                !day.isAfter(today.plusDays(DAYS));
                day = day.plusDays(1)) {
            makeOnce(day);
        }
    }

    private void makeOnce(LocalDate day) {
        transaction.executeWithoutResult(
                _ -> {
                    if (rows.lockedLastDay().filter(last -> !last.isBefore(day)).isEmpty()) {
                        rows.insertOnThisDay(day);
                        rows.setLastDay(day);
                    }
                });
    }

    void cleanUp(Instant now) {
        var deleted = rows.deleteUnsaved(now.minus(UNSAVED_FOR));
        if (deleted > 0) {
            log.info("Deleted {} old memories that nobody saved", deleted);
        }
    }
}
