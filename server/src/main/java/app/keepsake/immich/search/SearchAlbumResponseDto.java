package app.keepsake.immich.search;

import java.util.List;

/** Albums are not searched: always empty, as Immich answers too. */
record SearchAlbumResponseDto(int total, int count, List<Object> items, List<Object> facets) {

    static final SearchAlbumResponseDto NONE =
            new SearchAlbumResponseDto(0, 0, List.of(), List.of());
}
