package app.keepsake.worker.governor;

import app.keepsake.jobs.WorkerState.Pace;
import app.keepsake.jobs.WorkerState.Reason;
import java.util.List;

/**
 * What was decided, and why.
 *
 * @param slots jobs at a time
 * @param filmsHalt whether films that are being transcoded stand still too
 * @param reasons those that count, the gravest first
 */
record Ruling(Pace pace, int slots, boolean filmsHalt, List<Reason> reasons) {}
