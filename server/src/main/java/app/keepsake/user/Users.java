package app.keepsake.user;

import app.keepsake.auth.Caller;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The accounts of this server. */
@Component
public class Users {

    private final JdbcClient jdbc;

    Users(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The caller's own account. */
    public User me(Caller caller) {
        return jdbc.sql("select" + User.COLUMNS + "from \"user\" where id = :id")
                .param("id", caller.userId())
                .query(User.class)
                .single();
    }
}
