package app.keepsake.jobs;

import static java.util.Objects.requireNonNull;

import app.keepsake.jobs.Attempts.Attempt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;

/** Runs jobs, and says of each how it ends. */
final class Runs {

    private static final Logger log = LoggerFactory.getLogger(Runs.class);

    private final Map<Class<? extends Job>, JobHandler<?>> handlers;
    private final Attempts attempts;
    private final Outages outages;
    private final Timing timing;
    private final BooleanSupplier stopping;

    /** A job that is to run, and how it went before. */
    private record Due(Claim claim, Job job, Attempt before) {}

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    Runs(
            Map<Class<? extends Job>, JobHandler<?>> handlers,
            Attempts attempts,
            Outages outages,
            Timing timing,
            BooleanSupplier stopping) {
        this.handlers = handlers;
        this.attempts = attempts;
        this.outages = outages;
        this.timing = timing;
        this.stopping = stopping;
    }

    /**
     * Parts claims into those that run as one, because their handler runs several for less than one
     * by one.
     */
    List<List<Claim>> parted(List<Claim> claims) {
        var runs = new ArrayList<List<Claim>>();
        var begun = new HashMap<Class<? extends Job>, List<Claim>>();
        for (var claim : claims) {
            var job = Kind.parse(claim.key());
            int most = job.map(known -> handlerOf(known).together()).orElse(1);
            var run = job.map(Job::getClass).map(begun::get).orElse(null);
            if (run == null || run.size() >= most) {
                run = new ArrayList<>();
                runs.add(run);
                if (job.isPresent()) {
                    begun.put(job.get().getClass(), run);
                }
            }
            run.add(claim);
        }
        return runs;
    }

    /**
     * Runs the jobs, as one where there are several.
     *
     * @param isAlone whether nothing else runs here
     * @return how each ends; one that must wait for its turn to run alone is not named
     */
    Map<Claim, Ending> run(List<Claim> claims, boolean isAlone) {
        var endings = new HashMap<Claim, Ending>();
        var due = new ArrayList<Due>();
        for (var claim : claims) {
            try {
                var job = Kind.parse(claim.key());
                if (job.isEmpty()) {
                    endings.put(claim, Ending.DROP);
                } else {
                    look(claim, job.get(), isAlone, endings).ifPresent(due::add);
                }
            } catch (DataAccessException e) {
                // Without Postgres nothing can be counted, so nothing is.
                endings.put(claim, waits(claim, e));
            }
        }
        var failures = handle(due.stream().map(Due::job).toList());
        for (var done : due) {
            try {
                endings.put(done.claim, ending(done, failures.get(done.job), isAlone));
            } catch (DataAccessException e) {
                endings.put(done.claim, waits(done.claim, e));
            }
        }
        return endings;
    }

    private Optional<Due> look(Claim claim, Job job, boolean isAlone, Map<Claim, Ending> endings) {
        var before = attempts.find(job).orElse(Attempt.NONE);
        if (before.endedBadlyAlone()) {
            before = attempts.crashed(job); // Redis lost the claim that would have told
        }
        if (before.isFailed()) {
            log.info("{} has failed for good and is not run again", claim.key());
            endings.put(claim, Ending.DROP);
            return Optional.empty();
        }
        if (before.crashes() > 0 && !isAlone && !claim.queue().isApart()) {
            return Optional.empty();
        }
        if (isAlone) {
            attempts.startsAlone(job);
        }
        return Optional.of(new Due(claim, job, before));
    }

    /** What went wrong, by the job that it went wrong with. */
    private Map<Job, Throwable> handle(List<Job> jobs) {
        var failures = new HashMap<Job, Throwable>();
        if (jobs.isEmpty()) {
            return failures;
        }
        var handler = handlerOf(jobs.getFirst());
        if (jobs.size() > 1) {
            var failure = caught(() -> handler.run(jobs));
            if (failure == null) {
                return failures;
            }
            if (stopping.getAsBoolean()) {
                jobs.forEach(job -> failures.put(job, failure));
                return failures;
            }
            log.debug("{} jobs failed as one, and run one by one", jobs.size(), failure);
        }
        for (var job : jobs) {
            var failure = caught(() -> handler.run(job));
            if (failure != null) {
                failures.put(job, failure);
            }
        }
        return failures;
    }

    private static @Nullable Throwable caught(Work work) {
        try {
            work.run();
            return null;
        } catch (Throwable e) { // also an Error: a broken file is no reason to stop the runner
            return e;
        } finally {
            Thread.interrupted(); // of no concern to what follows
        }
    }

    @SuppressWarnings("unchecked") // the map's values handle their keys
    private JobHandler<Job> handlerOf(Job job) {
        return (JobHandler<Job>) requireNonNull(handlers.get(job.getClass()));
    }

    private Ending ending(Due run, @Nullable Throwable failure, boolean isAlone) {
        if (failure != null && isAlone && (stopping.getAsBoolean() || failure instanceof NotNow)) {
            attempts.stoppedAlone(run.job);
        }
        if (failure == null) {
            if (!run.before.equals(Attempt.NONE)) {
                attempts.succeeded(run.job);
            }
            return goesOn(run.claim, Ending.DONE);
        } else if (stopping.getAsBoolean()) {
            return Ending.RELEASE;
        } else if (failure instanceof NotNow) {
            return waits(run.claim, failure);
        }
        var isHopeless =
                failure instanceof Unrecoverable
                        || (failure instanceof TookTooLong && run.before.attempts() > 0);
        if (isHopeless || run.before.isLastTry()) {
            giveUp(run.job, failure);
        }
        return goesOn(run.claim, failed(run.job, failure, isHopeless));
    }

    private Ending waits(Claim claim, Throwable reason) {
        if (outages.begin(claim.queue(), timing.retry())) {
            log.warn(
                    "{} and all of its queue wait: {}",
                    claim.key(),
                    NestedExceptionUtils.getMostSpecificCause(reason).getMessage());
        }
        return Ending.retry(timing.retry());
    }

    private Ending goesOn(Claim claim, Ending ending) {
        if (outages.end(claim.queue())) {
            log.info("The jobs of {} go on", claim.queue().wireName());
        }
        return ending;
    }

    private void giveUp(Job job, Throwable failure) {
        var problem = caught(() -> handlerOf(job).gaveUp(job, failure));
        if (problem instanceof DataAccessException e) {
            throw e;
        } else if (problem != null) { // the job has failed all the same
            log.error("What should stand of {} was not done", Kind.format(job), problem);
        }
    }

    private Ending failed(Job job, Throwable failure, boolean isHopeless) {
        var message = failure.getMessage();
        var reason =
                isHopeless && message != null
                        ? message
                        : failure.getClass().getSimpleName() + ": " + message;
        var after = attempts.failed(job, reason, isHopeless);
        if (after.isFailed()) {
            log.error("{} has failed for good", Kind.format(job), failure);
            return Ending.DROP;
        }
        log.warn("{} failed and will be tried again: {}", Kind.format(job), reason);
        return Ending.retry(timing.retry().multipliedBy(after.attempts() == 1 ? 1 : 4));
    }
}
