package app.keepsake.jobs;

import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What {@link JobKind} says of a payload.
 *
 * @param name as stored in Redis and Postgres
 */
public record Kind(String name, QueueName queue, Class<? extends Job> type) {

    private static final Map<String, Kind> BY_NAME =
            Arrays.stream(Job.class.getPermittedSubclasses())
                    .map(type -> of(type.asSubclass(Job.class)))
                    .collect(Collectors.toUnmodifiableMap(Kind::name, Function.identity()));

    public static Kind of(Class<? extends Job> type) {
        var stored = type.getAnnotation(JobKind.class);
        if (stored == null) {
            throw new IllegalArgumentException("without @JobKind: " + type);
        }
        return new Kind(stored.value(), stored.queue(), type);
    }

    public static Kind of(Job job) {
        return of(job.getClass());
    }

    /** The kind with this stored name; a newer program may have stored one that this has not. */
    public static Kind named(String name) {
        var kind = BY_NAME.get(name);
        if (kind == null) {
            throw new IllegalArgumentException("no such kind of job: " + name);
        }
        return kind;
    }

    /** The kinds that a queue carries; none where Keepsake cannot do such work yet. */
    public static List<Kind> carriedBy(QueueName queue) {
        return BY_NAME.values().stream().filter(kind -> kind.queue == queue).toList();
    }

    public Job job(UUID subjectId) {
        try {
            Constructor<? extends Job> constructor = type.getDeclaredConstructor(UUID.class);
            return constructor.newInstance(subjectId);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a job is a record of one id: " + type, e);
        }
    }

    /** A job as Redis holds it: {@code kind:id}. */
    static String format(Job job) {
        return of(job).name + ":" + job.subjectId();
    }

    static Job parse(String stored) {
        var colon = stored.lastIndexOf(':');
        return named(stored.substring(0, colon)).job(UUID.fromString(stored.substring(colon + 1)));
    }
}
