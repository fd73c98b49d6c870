package app.keepsake.user;

import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The accounts of this server. */
@Component
public class Users {

    private final JdbcClient jdbc;
    private final Library library;

    Users(JdbcClient jdbc, Library library) {
        this.jdbc = jdbc;
        this.library = library;
    }

    /** The caller's own account. */
    public UserView me(Caller caller) {
        return get(caller.userId());
    }

    /** The account with this id, which must exist. */
    public UserView get(UUID id) {
        return jdbc.sql("select" + UserView.COLUMNS + "from \"user\" where id = :id")
                .param("id", id)
                .query(UserView.class)
                .single();
    }

    /**
     * Whether the first account was ever made, also when it is gone again.
     *
     * @throws Problem.Unavailable when the database says no but the library is not there: the
     *     database may be an empty one in the place of a lost one, and must not be signed up to
     *     (I2)
     */
    public boolean isInitialized() {
        boolean isInitialized =
                jdbc.sql(
                                """
                                select exists (select from system_metadata where key = 'admin-sign-up')
                                    or exists (select from "user")
                                """)
                        .query(Boolean.class)
                        .single();
        if (!isInitialized) {
            library.requirePresent();
        }
        return isInitialized;
    }
}
