package app.keepsake.jobs;

/** Two streams a queue: a new photo never waits behind a re-run of a hundred thousand. */
public enum Lane {
    FRESH,
    BULK
}
