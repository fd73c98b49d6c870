package app.keepsake.support;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Words to set a scene: {@code given.user()}. */
public class Fixtures {

    private final JdbcClient jdbc;

    Fixtures(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A new user, as a session of theirs would call. */
    public Caller user() {
        var id = UUID.randomUUID();
        jdbc.sql("insert into \"user\" (id, email, name, avatar_color) values (?, ?, ?, 'primary')")
                .params(id, id + "@example.org", "Ana")
                .update();
        return new Caller(id, false, null, Set.of(Permission.ALL));
    }
}
