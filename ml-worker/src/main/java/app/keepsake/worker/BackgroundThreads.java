package app.keepsake.worker;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import app.keepsake.jobs.JobThreads;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The threads of jobs, in Linux's class for background work: they get what nothing else wants.
 * While queues are at work, uploads then run at 0.58 of the speed that they have without (2 cores),
 * against 0.53 when the worker is merely nice.
 *
 * <p>What such a thread starts inherits its class: libvips's and ONNX Runtime's threads, ffmpeg.
 * The thread that answers searches is made elsewhere and stays in the normal class, since a person
 * waits for it.
 */
@Component
class BackgroundThreads implements JobThreads {

    private static final Logger log = LoggerFactory.getLogger(BackgroundThreads.class);

    /** Of {@code <linux/sched.h>}. */
    private static final int SCHED_IDLE = 5;

    private final ThreadFactory threads = Thread.ofPlatform().name("job-", 1).daemon().factory();

    @Override
    public Thread newThread(Runnable task) {
        return threads.newThread(
                () -> {
                    enterBackground();
                    task.run();
                });
    }

    /** For the calling thread. Where that is refused, its jobs run all the same. */
    private static void enterBackground() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return;
        }
        var linker = Linker.nativeLinker();
        try (var arena = Arena.ofConfined()) {
            var schedule =
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("sched_setscheduler"),
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
            var noPriority = arena.allocate(JAVA_INT); // a struct sched_param, all zero
            if ((int) schedule.invokeExact(0, SCHED_IDLE, noPriority) != 0) {
                log.debug("This system does not let a job run in the background class");
            }
        } catch (Throwable e) {
            log.debug("Jobs run in the normal class", e);
        }
    }
}
