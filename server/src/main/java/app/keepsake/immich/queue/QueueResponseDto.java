package app.keepsake.immich.queue;

import app.keepsake.job.QueueState;

record QueueResponseDto(boolean isPaused, String name, QueueStatisticsDto statistics) {

    static QueueResponseDto of(QueueState queue) {
        return new QueueResponseDto(
                queue.isPaused(), queue.name().wireName(), QueueStatisticsDto.of(queue));
    }
}
