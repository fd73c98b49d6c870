package app.keepsake.worker.governor;

import app.keepsake.jobs.Allowance;
import app.keepsake.jobs.BackgroundTask;
import app.keepsake.jobs.Budget;
import app.keepsake.jobs.Presence;
import app.keepsake.jobs.Presence.Doing;
import app.keepsake.jobs.QueueName;
import app.keepsake.jobs.WorkerState;
import app.keepsake.jobs.WorkerState.Machine;
import app.keepsake.jobs.WorkerState.Pace;
import app.keepsake.jobs.WorkerState.Reason;
import app.keepsake.jobs.Workers;
import io.lettuce.core.RedisException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The one budget of all that this worker does in the background. It looks every few seconds, and
 * says what it found where servers can read it.
 */
@Component
public class Governor extends BackgroundTask implements Budget {

    private static final Logger log = LoggerFactory.getLogger(Governor.class);
    private static final long MB = 1 << 20;

    /** Megabytes of a job whose model is not loaded yet, and of a film's ffmpeg. */
    private static final Map<QueueName, Integer> COLD =
            Map.of(
                    QueueName.THUMBNAIL_GENERATION, 96,
                    QueueName.EDITOR, 96,
                    QueueName.SMART_SEARCH, 640,
                    QueueName.FACE_DETECTION, 384,
                    QueueName.OCR, 384,
                    QueueName.VIDEO_CONVERSION, 512);

    /** Of one whose model was used a moment ago: what is free is so beside it. */
    private static final int WARM = 48;

    private static final Duration STAYS_WARM = Duration.ofSeconds(60);

    /** Those whose models take each other's place where memory is small. */
    private static final Set<QueueName> MODELS =
            Set.of(QueueName.SMART_SEARCH, QueueName.FACE_DETECTION, QueueName.OCR);

    /** To open a model takes as long as tens of jobs. */
    private static final Duration TURN = Duration.ofSeconds(60);

    /** Without a job for so long, a queue has no more. */
    private static final Duration PAUSE = Duration.ofSeconds(3);

    /** Models and films. */
    private static final Set<QueueName> HEAVY =
            Arrays.stream(QueueName.values())
                    .filter(queue -> !queue.isUrgent())
                    .collect(Collectors.toUnmodifiableSet());

    private final GovernorSettings settings;
    private final Presence presence;
    private final Workers workers;
    private final InstantSource clock;
    private final Gauges gauges;
    private final Rules rules;
    private final String id = UUID.randomUUID().toString();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    private Ruling ruling;
    private Machine machine;
    private Map<QueueName, Long> running = Map.of();
    private final Map<QueueName, Instant> takenAt = new EnumMap<>(QueueName.class);
    private @Nullable Turn turn;
    private long takenSince;
    private boolean said = true;

    @Autowired
    Governor(GovernorSettings settings, Presence presence, Workers workers) {
        this(settings, presence, workers, Clock.systemUTC());
    }

    Governor(GovernorSettings settings, Presence presence, Workers workers, InstantSource clock) {
        super("governor");
        this.settings = settings;
        this.presence = presence;
        this.workers = workers;
        this.clock = clock;
        this.gauges = new Gauges(settings.root());
        this.rules = new Rules(settings, Runtime.getRuntime().availableProcessors());
        this.machine = gauges.read();
        this.ruling = rules.judge(machine, 0, 0, 0, clock.instant());
    }

    @Override
    protected Duration run() {
        look();
        return settings.interval();
    }

    /** Reads, decides and says so, now. */
    void look() {
        int uploading = 0;
        int viewing = 0;
        try {
            uploading = presence.count(Doing.UPLOADING);
            viewing = presence.count(Doing.VIEWING);
        } catch (RedisException e) {
            log.debug("Redis is away, and with it all work", e);
        }
        WorkerState state;
        boolean isLimited;
        synchronized (this) {
            var before = ruling;
            machine = gauges.read();
            takenSince = 0;
            ruling =
                    rules.judge(
                            machine,
                            uploading,
                            viewing,
                            running.values().stream().mapToLong(Long::longValue).sum(),
                            clock.instant());
            if (ruling.pace() != before.pace()) {
                log.info(
                        "From now on {}{}",
                        switch (ruling.pace()) {
                            case FULL -> "all runs";
                            case LESS -> "less runs at a time";
                            case PICTURES -> "models and films wait";
                            case NEW_PHOTOS -> "all but new photos waits";
                        },
                        ruling.reasons().isEmpty()
                                ? ""
                                : ": " + ruling.reasons().getFirst().text());
            }
            state = state();
            isLimited = !state.reasons().isEmpty() || before.pace() != Pace.FULL;
        }
        if (isLimited) {
            listeners.forEach(Runnable::run);
        }
        try {
            workers.say(state);
            said = true;
        } catch (RedisException e) {
            if (said) {
                log.warn("Redis is away: nobody can see what this worker does");
            }
            said = false;
        }
    }

    @Override
    public synchronized Allowance now(Map<QueueName, Long> running) {
        this.running = Map.copyOf(running);
        var waiting = EnumSet.noneOf(QueueName.class);
        waiting.addAll(resting());
        waiting.addAll(waitingForTheirTurn());
        return new Allowance(
                ruling.slots(), megabytes(), costs(), waiting, ruling.pace() == Pace.NEW_PHOTOS);
    }

    private record Turn(QueueName queue, Instant since) {

        boolean isOver(Instant now) {
            return now.isAfter(since.plus(TURN));
        }
    }

    /** Where memory is small: those whose models do not fit beside the ones that are at work. */
    private Set<QueueName> waitingForTheirTurn() {
        if (turn == null) {
            return Set.of();
        }
        var has = turn.queue;
        long free = megabytes();
        var others =
                MODELS.stream()
                        .filter(queue -> queue != has && cost(queue) > free)
                        .collect(Collectors.toSet());
        boolean isRunning = running.getOrDefault(has, 0L) > 0;
        if (others.isEmpty()) {
            return Set.of();
        }
        var now = clock.instant();
        if (turn.isOver(now)) {
            return isRunning ? Set.of(has) : Set.of(); // what does not fit begins when nothing runs
        }
        var last = takenAt.getOrDefault(has, turn.since);
        return isRunning || now.isBefore(last.plus(PAUSE)) ? others : Set.of();
    }

    /** What may be taken of the free memory; without a gauge, whatever is wanted. */
    private long megabytes() {
        var free = machine.freeMemory();
        var total = machine.totalMemory();
        return free == null || total == null
                ? Integer.MAX_VALUE
                : Math.max(0, (free - settings.reserveOf(total)) / MB - takenSince);
    }

    private Map<QueueName, Integer> costs() {
        var costs = new EnumMap<QueueName, Integer>(QueueName.class);
        COLD.forEach((queue, _) -> costs.put(queue, cost(queue)));
        return costs;
    }

    private int cost(QueueName queue) {
        var at = takenAt.get(queue);
        var isWarm =
                at != null
                        && queue != QueueName.VIDEO_CONVERSION
                        && clock.instant().isBefore(at.plus(STAYS_WARM));
        int cold = COLD.getOrDefault(queue, 0);
        return isWarm ? Math.min(WARM, cold) : cold;
    }

    private Set<QueueName> resting() {
        return ruling.pace().compareTo(Pace.PICTURES) >= 0 ? HEAVY : Set.of();
    }

    @Override
    public synchronized void taken(QueueName queue) {
        var now = clock.instant();
        if (MODELS.contains(queue)) {
            if (cost(queue) > megabytes()) {
                takenAt.keySet().removeAll(MODELS); // their models make room for this one's
            }
            if (turn == null || turn.queue != queue || turn.isOver(now)) {
                turn = new Turn(queue, now);
            }
        }
        takenSince += cost(queue);
        takenAt.put(queue, now);
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** The bytes of memory that there are, of the machine or its limit; many where nobody knows. */
    public long allMemory() {
        var all = gauges.read().totalMemory();
        return all == null ? Long.MAX_VALUE : all;
    }

    /** The bytes of memory that can be taken at this moment; all there are where nobody knows. */
    public long freeMemory() {
        var now = gauges.read();
        return now.freeMemory() == null || now.totalMemory() == null
                ? Long.MAX_VALUE
                : Math.max(0, now.freeMemory() - settings.reserveOf(now.totalMemory()));
    }

    /** Whether there is memory now for the models of a queue, if none of them is open. */
    public boolean hasRoomFor(QueueName queue) {
        return freeMemory() / MB >= COLD.getOrDefault(queue, 0);
    }

    /** Whether films that are being transcoded are to stand still for now. */
    public synchronized boolean filmsHalt() {
        return ruling.filmsHalt();
    }

    private WorkerState state() {
        var reasons = new ArrayList<>(ruling.reasons());
        var free = megabytes();
        var heavy =
                Arrays.stream(QueueName.values())
                        .filter(queue -> cost(queue) > free && !resting().contains(queue))
                        .toList();
        if (!heavy.isEmpty()) {
            reasons.add(
                    new Reason(
                            "memory",
                            "%d MB of memory can be taken: what needs more runs alone (%s)"
                                    .formatted(
                                            free,
                                            String.join(
                                                    ", ",
                                                    heavy.stream()
                                                            .map(QueueName::wireName)
                                                            .toList()))));
        }
        return new WorkerState(
                id,
                gauges.name(),
                ruling.pace(),
                ruling.slots(),
                settings.mostSlots(),
                reasons,
                worked(_ -> true),
                worked(resting()::contains),
                byName(running),
                machine,
                settings.openHours().map(Object::toString).orElse(null),
                settings.zone().getId(),
                clock.instant());
    }

    private static List<String> worked(Predicate<QueueName> which) {
        return Arrays.stream(QueueName.values())
                .filter(queue -> queue.side() == QueueName.Side.WORKER)
                .filter(which)
                .map(QueueName::wireName)
                .toList();
    }

    private static Map<String, Long> byName(Map<QueueName, Long> running) {
        var named = new TreeMap<String, Long>();
        running.forEach((queue, count) -> named.put(queue.wireName(), count));
        return named;
    }

    @Override
    public void stop() {
        super.stop();
        try {
            workers.leave(id);
        } catch (RedisException e) {
            log.debug("Redis is away; it forgets this worker by itself", e);
        }
    }
}
