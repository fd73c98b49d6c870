package app.keepsake.user;

import app.keepsake.auth.Passwords;
import app.keepsake.problem.Problem;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The very first account, which looks after the server. Everybody else is invited. */
@Component
public class SignUp {

    private final JdbcClient jdbc;
    private final Users users;
    private final Passwords passwords;
    private final SetupCode setupCode;

    SignUp(JdbcClient jdbc, Users users, Passwords passwords, SetupCode setupCode) {
        this.jdbc = jdbc;
        this.users = users;
        this.passwords = passwords;
        this.setupCode = setupCode;
    }

    /**
     * Makes the administrator. Of many calls at once exactly one succeeds, and never another one
     * after it, whatever becomes of the account ({@link Problem.Invalid}).
     *
     * @param code what the caller took from the server's log, if anything
     * @param isLocal whether the call surely comes from the local network; otherwise the code is
     *     wanted ({@link Problem.Forbidden})
     */
    public User signUp(
            String name, String email, String password, @Nullable String code, boolean isLocal) {
        if (users.isInitialized()) {
            throw tooLate();
        }
        if (!isLocal && !setupCode.matches(code)) {
            throw new Problem.Forbidden("Enter the setup code that the server printed to its log");
        }
        // The row in system_metadata is the claim: a second one waits for the first, then fails.
        return jdbc.sql(
                        """
                        with claim as (
                            insert into system_metadata (key, value)
                            select 'admin-sign-up', jsonb_build_object('at', now())
                            where not exists (select from "user")
                            on conflict do nothing
                            returning key
                        )
                        insert into "user" (name, email, password, is_admin, avatar_color)
                        select :name, :email, :password, true, 'primary' from claim
                        returning\
                        """
                                + User.COLUMNS)
                .param("name", name)
                .param("email", email.toLowerCase(Locale.ROOT))
                .param("password", passwords.hash(password))
                .query(User.class)
                .optional()
                .orElseThrow(SignUp::tooLate);
    }

    private static Problem tooLate() {
        return new Problem.Invalid("The server already has an admin");
    }
}
