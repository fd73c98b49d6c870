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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this process holds: claims that run, and suspects, parked until each can run with nothing
 * beside it but what is {@link QueueName#isApart}. While there is a suspect, nothing more is taken.
 * Safe for concurrent use.
 */
final class Held {

    /** A claim, and the first of those that run with it as one. */
    private record Part(Claim claim, Claim first) {}

    /** By {@link Claim#key}. */
    private final Map<String, Part> parts = new HashMap<>();

    private final Deque<Claim> suspects = new ArrayDeque<>();
    private @Nullable Claim alone;

    /** Takes claims as one run, and returns them but for jobs that run here already. */
    synchronized List<Claim> add(List<Claim> run) {
        var taken = run.stream().filter(claim -> !parts.containsKey(claim.key())).toList();
        taken.forEach(claim -> parts.put(claim.key(), new Part(claim, taken.getFirst())));
        return taken;
    }

    private Stream<Claim> claims() {
        return parts.values().stream().map(Part::claim);
    }

    synchronized void park(Claim claim) {
        suspects.add(claim);
    }

    /** The suspect whose turn it is, once all else has ended. It runs alone until {@link #end}. */
    synchronized Optional<Claim> nextAlone() {
        var inCompany = claims().filter(c -> !c.queue().isApart()).count();
        if (alone == null && !suspects.isEmpty() && inCompany == suspects.size()) {
            alone = suspects.remove();
            return Optional.of(alone);
        }
        return Optional.empty();
    }

    /** How many more runs of a queue fit beside those that are. */
    synchronized int room(QueueName queue, int concurrency) {
        if (alone != null || !suspects.isEmpty()) {
            return 0;
        }
        return Math.toIntExact(Math.max(0, concurrency - running().getOrDefault(queue, 0L)));
    }

    /** How many runs of each queue there are here, or are about to begin. */
    synchronized Map<QueueName, Long> running() {
        return parts.values().stream()
                .map(Part::first)
                .distinct()
                .collect(Collectors.groupingBy(Claim::queue, Collectors.counting()));
    }

    synchronized boolean holds(Claim claim) {
        return parts.containsKey(claim.key()) && claim.equals(parts.get(claim.key()).claim);
    }

    synchronized boolean isAlone(Claim claim) {
        return claim.equals(alone);
    }

    synchronized List<Claim> all() {
        return claims().toList();
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
        parts.remove(claim.key());
        if (claim.equals(alone)) {
            alone = null;
        }
        notifyAll();
    }

    /** Holds the suspects no more that still wait, and returns them. */
    synchronized List<Claim> giveUpSuspects() {
        var parked = List.copyOf(suspects);
        suspects.clear();
        parked.forEach(claim -> parts.remove(claim.key()));
        return parked;
    }

    /** Waits until nothing is held; returns whether that is so. */
    synchronized boolean awaitEnd(Duration patience) {
        var deadline = System.nanoTime() + patience.toNanos();
        try {
            while (!parts.isEmpty()) {
                var left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                wait(Math.max(1, left / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return parts.isEmpty();
    }
}
