package app.keepsake.person;

import java.util.UUID;

/** The portraits of the people whose feature face is on an asset are there. */
public record PortraitsReady(UUID assetId) {}
