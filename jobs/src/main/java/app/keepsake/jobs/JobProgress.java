package app.keepsake.jobs;

import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far jobs are that take long, for those who look. What is no more said is soon forgotten, so
 * that nothing stands here of a process that died.
 */
public final class JobProgress {

    private static final Logger log = LoggerFactory.getLogger(JobProgress.class);
    private static final Duration KEPT = Duration.ofMinutes(1);

    private final Redis redis;

    JobProgress(Redis redis) {
        this.redis = redis;
    }

    /**
     * Without Redis nobody can look, and the job goes on.
     *
     * @param share from 0 to 1
     */
    public void tell(Job job, double share) {
        try {
            redis.commands().setex(key(job), KEPT.toSeconds(), Double.toString(share));
        } catch (RedisException e) {
            log.debug("How far {} is remains untold", Kind.format(job), e);
        }
    }

    /** Of those jobs that tell it, by the job. */
    public Map<Job, Double> of(Collection<Job> jobs) {
        if (jobs.isEmpty()) {
            return Map.of();
        }
        var asked = List.copyOf(jobs);
        var said =
                redis.commands().mget(asked.stream().map(JobProgress::key).toArray(String[]::new));
        var shares = new HashMap<Job, Double>();
        for (int i = 0; i < asked.size(); i++) {
            if (said.get(i).hasValue()) {
                shares.put(asked.get(i), Double.valueOf(said.get(i).getValue()));
            }
        }
        return shares;
    }

    private static String key(Job job) {
        return "keepsake:jobs:progress:" + Kind.format(job);
    }
}
