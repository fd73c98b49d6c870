package app.keepsake.album;

import java.util.UUID;

/** Assets were put into an album or taken out. */
public record AlbumChanged(UUID albumId) {}
