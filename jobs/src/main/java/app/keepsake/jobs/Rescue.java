package app.keepsake.jobs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this process's claims alive, and looks after those of processes that died. */
final class Rescue {

    private static final Logger log = LoggerFactory.getLogger(Rescue.class);

    private final Redis redis;
    private final Attempts attempts;
    private final Held held;
    private final List<QueueName> queues;
    private final String consumer;
    private final Timing timing;
    private volatile long readyAt;

    Rescue(
            Redis redis,
            Attempts attempts,
            Held held,
            List<QueueName> queues,
            String consumer,
            Timing timing) {
        this.redis = redis;
        this.attempts = attempts;
        this.held = held;
        this.queues = queues;
        this.consumer = consumer;
        this.timing = timing;
    }

    /** Redis is back, or there for the first time. */
    void ready() {
        readyAt = System.nanoTime();
    }

    /** One round of renewing; returns how long it lasts. */
    Duration renew() {
        if (held.all().isEmpty()) {
            return Duration.ofDays(1); // woken by the next job
        }
        held.renew(this::renew);
        return timing.claim().dividedBy(3);
    }

    private void renew(List<Claim> claims) {
        var args = new ArrayList<String>();
        args.add(consumer);
        args.add(String.valueOf(timing.claim().toMillis()));
        for (var claim : claims) {
            args.addAll(
                    List.of(
                            JobQueue.key(claim.queue()),
                            claim.lane().wireName(),
                            claim.entry(),
                            claim.key()));
        }
        redis.count(Script.RENEW, List.of(), args.toArray(String[]::new));
    }

    /** Looks after the claims of the dead; returns how long the next to die can live. */
    Duration rescue() {
        // While Redis was away nobody could renew: the living get time to do so.
        var early = timing.claim().minusNanos(System.nanoTime() - readyAt);
        if (early.isPositive()) {
            return early;
        }
        var reply =
                redis.list(
                        Script.STALE,
                        JobQueue.keys(queues),
                        consumer,
                        String.valueOf(timing.claim().toMillis()));
        for (var found : (List<?>) reply.get(1)) {
            var row = (List<?>) found;
            var claim = Claim.of(queues, row);
            var owner = (String) row.get(4);
            if (!owner.equals(consumer)) {
                claim.end(redis, afterDeath(claim, owner));
            } else if (!held.holds(claim)) {
                // Redis gave it to this process, but the answer got lost on the way.
                claim.end(redis, Ending.RELEASE);
            }
        }
        var lapse = Duration.ofMillis((Long) reply.get(0));
        return lapse.isNegative() || lapse.compareTo(timing.check()) > 0 ? timing.check() : lapse;
    }

    private Ending afterDeath(Claim claim, String owner) {
        var job = Kind.parse(claim.key());
        if (job.isEmpty()) {
            return Ending.DROP;
        }
        if (claim.queue().isApart()) {
            if (attempts.orphaned(job.get()).isFailed()) {
                log.error("{} was in flight at too many deaths: given up", claim.key());
                return Ending.DROP;
            }
            return Ending.RELEASE;
        }
        if (attempts.crashed(job.get()).isFailed()) {
            log.error("{} has killed its process twice, alone: given up", claim.key());
            return Ending.DROP;
        }
        log.warn("{} was in flight when {} died: it runs alone", claim.key(), owner);
        return Ending.RELEASE;
    }
}
