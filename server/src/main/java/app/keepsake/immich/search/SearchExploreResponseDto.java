package app.keepsake.immich.search;

import java.util.List;

/** Values of one field that are worth a look. */
record SearchExploreResponseDto(String fieldName, List<SearchExploreItem> items) {}
