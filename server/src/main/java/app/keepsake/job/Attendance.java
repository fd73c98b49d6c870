package app.keepsake.job;

import app.keepsake.jobs.BackgroundTask;
import app.keepsake.jobs.Presence;
import app.keepsake.jobs.Presence.Doing;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Who uploads to this server and who looks at photos, told to the workers every few seconds as long
 * as somebody does. Nobody waits for that, and without Redis nobody notices.
 */
@Component
public class Attendance extends BackgroundTask {

    private static final Duration ROUND = Duration.ofSeconds(5);

    /**
     * Between two photos of one back-up, or two that somebody looks at, more may go by than this.
     */
    private static final Duration LINGERS = Duration.ofSeconds(10);

    private final Presence presence;
    private final Map<UUID, Integer> uploads = new ConcurrentHashMap<>();
    private final Map<UUID, Long> uploadedAt = new ConcurrentHashMap<>();
    private final Map<UUID, Long> viewedAt = new ConcurrentHashMap<>();

    Attendance(Presence presence) {
        super("attendance");
        this.presence = presence;
    }

    /** An upload of this user has begun. */
    public void uploadBegins(UUID userId) {
        uploads.merge(userId, 1, Integer::sum);
        note(uploadedAt, userId);
    }

    /** An upload that had begun is over, however it ended. */
    public void uploadEnds(UUID userId) {
        uploads.computeIfPresent(userId, (_, count) -> count == 1 ? null : count - 1);
        note(uploadedAt, userId);
    }

    /** The user looks at something. */
    public void views(UUID userId) {
        note(viewedAt, userId);
    }

    private void note(Map<UUID, Long> when, UUID userId) {
        if (when.put(userId, System.nanoTime()) == null) {
            wake();
        }
    }

    @Override
    protected Duration run() {
        uploads.keySet().forEach(userId -> uploadedAt.put(userId, System.nanoTime()));
        tell(Doing.UPLOADING, uploadedAt);
        tell(Doing.VIEWING, viewedAt);
        return uploadedAt.isEmpty() && viewedAt.isEmpty() ? Duration.ofDays(1) : ROUND;
    }

    private void tell(Doing doing, Map<UUID, Long> when) {
        long now = System.nanoTime();
        when.values().removeIf(at -> now - at > LINGERS.toNanos());
        when.keySet().forEach(userId -> presence.say(doing, userId.toString()));
    }
}
