package app.keepsake.immich.search;

record SearchStatisticsResponseDto(long total) {}
