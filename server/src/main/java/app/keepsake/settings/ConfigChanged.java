package app.keepsake.settings;

/** The system config is another from now on. */
public record ConfigChanged() {}
