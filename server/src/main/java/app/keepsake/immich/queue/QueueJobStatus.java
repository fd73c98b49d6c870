package app.keepsake.immich.queue;

import app.keepsake.job.QueueEntry;

/** Immich's words for the state of a job. Nothing stays in a queue that is completed. */
enum QueueJobStatus {
    active,
    failed,
    completed,
    delayed,
    waiting,
    paused;

    boolean means(QueueEntry.State state, boolean isQueuePaused) {
        return switch (this) {
            case active -> state == QueueEntry.State.ACTIVE;
            case failed -> state == QueueEntry.State.FAILED;
            case completed -> false;
            case delayed -> state == QueueEntry.State.DELAYED;
            case waiting -> state == QueueEntry.State.WAITING && !isQueuePaused;
            case paused -> state == QueueEntry.State.WAITING && isQueuePaused;
        };
    }
}
