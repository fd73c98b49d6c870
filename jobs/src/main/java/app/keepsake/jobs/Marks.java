package app.keepsake.jobs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/**
 * What processes say of themselves in Redis, for as long as they go on saying it: of one that died
 * nothing is left.
 */
final class Marks {

    private final Redis redis;
    private final String name;
    private final Duration kept;

    Marks(Redis redis, String name, Duration kept) {
        this.redis = redis;
        this.name = name;
        this.kept = kept;
    }

    void put(String member, String value) {
        redis.commands().psetex(key(member), kept.toMillis(), value);
        redis.commands().sadd(name, member);
    }

    void remove(String member) {
        redis.commands().del(key(member));
        redis.commands().srem(name, member);
    }

    /** What stands now, by member. */
    Map<String, String> all() {
        var members = new ArrayList<>(redis.commands().smembers(name));
        var said = new TreeMap<String, String>();
        if (members.isEmpty()) {
            return said;
        }
        var values = redis.commands().mget(members.stream().map(this::key).toArray(String[]::new));
        var gone = new ArrayList<String>();
        for (int i = 0; i < members.size(); i++) {
            if (values.get(i).hasValue()) {
                said.put(members.get(i), values.get(i).getValue());
            } else {
                gone.add(members.get(i));
            }
        }
        if (!gone.isEmpty()) {
            // Whoever comes back at this very moment says so again soon.
            redis.commands().srem(name, gone.toArray(String[]::new));
        }
        return said;
    }

    private String key(String member) {
        return name + ":" + member;
    }
}
