package app.keepsake.immich.job;

import app.keepsake.immich.queue.QueueStatisticsDto;
import app.keepsake.job.QueueState;

record QueueResponseLegacyDto(QueueStatisticsDto jobCounts, QueueStatusLegacyDto queueStatus) {

    record QueueStatusLegacyDto(boolean isActive, boolean isPaused) {}

    static QueueResponseLegacyDto of(QueueState queue) {
        return new QueueResponseLegacyDto(
                QueueStatisticsDto.of(queue),
                new QueueStatusLegacyDto(queue.active() > 0, queue.isPaused()));
    }
}
