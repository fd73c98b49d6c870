package app.keepsake.jobs;

import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@link JobKind} says of a payload.
 *
 * @param name as stored in Redis and Postgres
 */
public record Kind(String name, QueueName queue, Class<? extends Job> type) {

    private static final Logger log = LoggerFactory.getLogger(Kind.class);
    private static final Set<String> UNKNOWN = ConcurrentHashMap.newKeySet();
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

    /**
     * The kind with this stored name. A newer program may have left one that this has not: such
     * work is that program's, and the log says so once.
     */
    public static Optional<Kind> named(String name) {
        var kind = Optional.ofNullable(BY_NAME.get(name));
        if (kind.isEmpty() && UNKNOWN.add(name)) {
            log.warn(
                    "Jobs of kind {} are left to a newer version: this one knows no such kind",
                    name);
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

    /** The job, unless this program does not know its kind. */
    static Optional<Job> parse(String stored) {
        var colon = stored.lastIndexOf(':');
        return named(stored.substring(0, colon))
                .map(kind -> kind.job(UUID.fromString(stored.substring(colon + 1))));
    }
}
