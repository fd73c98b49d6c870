package app.keepsake.immich.search;

record SearchResponseDto(SearchAlbumResponseDto albums, SearchAssetResponseDto assets) {}
