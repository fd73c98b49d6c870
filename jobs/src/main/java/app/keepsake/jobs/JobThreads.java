package app.keepsake.jobs;

import java.util.concurrent.ThreadFactory;

/** Makes the threads that a process's jobs run on, where ordinary ones will not do. */
public interface JobThreads extends ThreadFactory {}
