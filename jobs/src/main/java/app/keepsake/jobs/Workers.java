package app.keepsake.jobs;

import java.time.Duration;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** The workers that live, and what each of them says of itself. */
public final class Workers {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Marks marks;

    /**
     * @param kept how long a word counts
     */
    Workers(Redis redis, Duration kept) {
        this.marks = new Marks(redis, "keepsake:workers", kept);
    }

    /** Said by a worker, again and again. */
    public void say(WorkerState state) {
        marks.put(state.id(), JSON.writeValueAsString(state));
    }

    /** A worker leaves. */
    public void leave(String id) {
        marks.remove(id);
    }

    /** Those that live, in the order of their names. */
    public List<WorkerState> all() {
        return marks.all().values().stream()
                .map(said -> JSON.readValue(said, WorkerState.class))
                .sorted()
                .toList();
    }
}
