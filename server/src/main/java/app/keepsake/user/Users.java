package app.keepsake.user;

import app.keepsake.auth.Caller;
import java.util.UUID;
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
        return get(caller.userId());
    }

    /** The account with this id, which must exist. */
    public User get(UUID id) {
        return jdbc.sql("select" + User.COLUMNS + "from \"user\" where id = :id")
                .param("id", id)
                .query(User.class)
                .single();
    }

    /** Whether the first account was ever made, also when it is gone again. */
    public boolean isInitialized() {
        return jdbc.sql(
                        """
                        select exists (select from system_metadata where key = 'admin-sign-up')
                            or exists (select from "user")
                        """)
                .query(Boolean.class)
                .single();
    }
}
