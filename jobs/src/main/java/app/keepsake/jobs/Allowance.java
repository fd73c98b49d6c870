package app.keepsake.jobs;

import java.util.Map;
import java.util.Set;

/**
 * What a process may begin. However little it is, one new photo at a time gets its thumbnail; and
 * what needs more memory than there is runs when nothing else does.
 *
 * @param slots jobs at a time, or several that run as one, but for those that are {@link
 *     QueueName#isApart}
 * @param megabytes of memory for all that begins
 * @param costs the megabytes that a job of a queue needs, or several that run as one; none for
 *     those that are not named
 * @param resting queues of which nothing begins
 * @param freshOnly whether re-runs wait, of all queues
 */
public record Allowance(
        int slots,
        long megabytes,
        Map<QueueName, Integer> costs,
        Set<QueueName> resting,
        boolean freshOnly) {

    public static final Allowance UNLIMITED =
            new Allowance(Integer.MAX_VALUE, Integer.MAX_VALUE, Map.of(), Set.of(), false);

    public Allowance {
        costs = Map.copyOf(costs);
        resting = Set.copyOf(resting);
    }
}
