package app.keepsake.model;

/** Other models see pictures from now on, so that there is work which nobody has queued. */
public record ModelsChanged() {}
