package app.keepsake.jobs;

import java.util.List;
import java.util.Locale;

/**
 * A job that a runner has taken and must end.
 *
 * @param entry its id in the lane's stream
 * @param key the job as Redis holds it; see {@link Kind#parse}
 */
record Claim(QueueName queue, Lane lane, String entry, String key) {

    /** From a row of {@code take.lua} or {@code stale.lua}, and the queues that it was asked of. */
    static Claim of(List<QueueName> queues, List<?> row) {
        return new Claim(
                queues.get(Math.toIntExact((Long) row.get(0))),
                Lane.parse((String) row.get(1)),
                (String) row.get(2),
                (String) row.get(3));
    }

    /** Ends it in Redis, whoever holds it. */
    void end(Redis redis, Ending ending) {
        var isReported =
                ending.outcome() == Ending.Outcome.DONE && queue.side() == QueueName.Side.WORKER;
        redis.count(
                Script.FINISH,
                List.of(JobQueue.key(queue)),
                lane.wireName(),
                entry,
                key,
                ending.outcome().name().toLowerCase(Locale.ROOT),
                String.valueOf(ending.delay().toMillis()),
                isReported ? "1" : "0");
    }
}
