package app.keepsake.immich.trash;

record TrashResponseDto(long count) {}
