package app.keepsake.jobs;

import java.util.Map;

/** What a process may spend on jobs now, all its queues together. */
public interface Budget {

    /** Nothing but what administrators have set for each queue. */
    Budget UNLIMITED = running -> Allowance.UNLIMITED;

    /**
     * What may run from now on.
     *
     * @param running how many jobs of each queue run here, those that run as one counted as one
     */
    Allowance now(Map<QueueName, Long> running);

    /** A job of the queue begins here. */
    default void taken(QueueName queue) {}

    /** Runs the listener whenever more may be allowed than before. It must not wait. */
    default void onChange(Runnable listener) {}
}
