package app.keepsake.jobs;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The queues whose jobs wait for something that each of them needs, such as the library's disk. One
 * job that finds it away speaks for all: ten thousand would say the same.
 */
final class Outages {

    /** When the next job may look, by {@link System#nanoTime}. */
    private final Map<QueueName, Long> nextLook = new ConcurrentHashMap<>();

    /** A job of the queue found it away; returns whether it is the first to. */
    boolean begin(QueueName queue, Duration patience) {
        return nextLook.put(queue, System.nanoTime() + patience.toNanos()) == null;
    }

    /** A job of the queue could run; returns whether that ends an outage. */
    boolean end(QueueName queue) {
        return nextLook.remove(queue) != null;
    }

    /** How long the queue is to be left alone; zero or less when it is not. */
    Duration left(QueueName queue) {
        var at = nextLook.get(queue);
        return at == null ? Duration.ZERO : Duration.ofNanos(at - System.nanoTime());
    }
}
