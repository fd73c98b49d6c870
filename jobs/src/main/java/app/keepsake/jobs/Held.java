package app.keepsake.jobs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What this process holds: claims that run, and suspects, parked until each can run with nothing
 * beside it but what is {@link QueueName#isApart}. While there is a suspect, nothing more is taken.
 * Safe for concurrent use.
 */
final class Held {

    /** By {@link Claim#key}. */
    private final Map<String, Claim> claims = new HashMap<>();

    private final Deque<Claim> suspects = new ArrayDeque<>();
    private @Nullable Claim alone;

    /** Whether it is new; a job is not run beside itself. */
    synchronized boolean add(Claim claim) {
        return claims.putIfAbsent(claim.key(), claim) == null;
    }

    synchronized void park(Claim claim) {
        suspects.add(claim);
    }

    /** The suspect whose turn it is, once all else has ended. It runs alone until {@link #end}. */
    synchronized Optional<Claim> nextAlone() {
        var inCompany = claims.values().stream().filter(c -> !c.queue().isApart()).count();
        if (alone == null && !suspects.isEmpty() && inCompany == suspects.size()) {
            alone = suspects.remove();
            return Optional.of(alone);
        }
        return Optional.empty();
    }

    /** How many more jobs of a queue fit beside those that run. */
    synchronized int room(QueueName queue, int concurrency) {
        if (alone != null || !suspects.isEmpty()) {
            return 0;
        }
        var active = claims.values().stream().filter(c -> c.queue() == queue).count();
        return Math.toIntExact(Math.max(0, concurrency - active));
    }

    /** How many jobs of each queue run here, or are about to. */
    synchronized Map<QueueName, Long> running() {
        return claims.values().stream()
                .collect(Collectors.groupingBy(Claim::queue, Collectors.counting()));
    }

    synchronized boolean holds(Claim claim) {
        return claim.equals(claims.get(claim.key()));
    }

    synchronized boolean isAlone(Claim claim) {
        return claim.equals(alone);
    }

    synchronized List<Claim> all() {
        return List.copyOf(claims.values());
    }

    /** Tells Redis of all while none of them ends: it would take one that did for a lost one. */
    synchronized void renew(Consumer<List<Claim>> inRedis) {
        inRedis.accept(all());
    }

    /**
     * Ends a claim, in Redis and then here. Nobody sees the one without the other, for what is
     * added again at that moment would be taken for a job that still runs.
     */
    synchronized void end(Claim claim, Runnable inRedis) {
        inRedis.run();
        claims.remove(claim.key());
        if (claim.equals(alone)) {
            alone = null;
        }
        notifyAll();
    }

    /** Holds the suspects no more that still wait, and returns them. */
    synchronized List<Claim> giveUpSuspects() {
        var parked = List.copyOf(suspects);
        suspects.clear();
        parked.forEach(claim -> claims.remove(claim.key()));
        return parked;
    }

    /** Waits until nothing is held; returns whether that is so. */
    synchronized boolean awaitEnd(Duration patience) {
        var deadline = System.nanoTime() + patience.toNanos();
        try {
            while (!claims.isEmpty()) {
                var left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                wait(Math.max(1, left / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return claims.isEmpty();
    }
}
