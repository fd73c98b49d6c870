package app.keepsake.settings;

import app.keepsake.config.SystemConfig;

/**
 * The system config is about to become this. Whoever cannot work by it throws {@link
 * app.keepsake.problem.Problem.Invalid}, and nothing is changed.
 */
public record ConfigProposed(SystemConfig config) {}
