package app.keepsake.immich.search;

import app.keepsake.immich.asset.AssetResponseDto;

record SearchExploreItem(String value, AssetResponseDto data) {}
