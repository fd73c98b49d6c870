package app.keepsake.user;

import app.keepsake.problem.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The very first account, which looks after the server. Everybody else is invited. */
@Component
public class SignUp {

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final UserRows rows;
    private final Users users;
    private final SetupCode setupCode;

    SignUp(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            UserRows rows,
            Users users,
            SetupCode setupCode) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.rows = rows;
        this.users = users;
        this.setupCode = setupCode;
    }

    /**
     * Makes the administrator. Of many calls at once exactly one succeeds, and never another one
     * after it, whatever becomes of the account ({@link Problem.Invalid}).
     *
     * @param code what the caller took from the server's log, if anything
     * @param isLocal whether the call surely comes from the local network, as that of a script on
     *     this machine; otherwise the code is wanted ({@link Problem.Forbidden})
     */
    public UserView signUp(
            String name, String email, String password, @Nullable String code, boolean isLocal) {
        if (users.isInitialized()) {
            throw tooLate();
        }
        if (!isLocal && !setupCode.matches(code)) {
            throw new Problem.Forbidden("Enter the setup code that the server printed to its log");
        }
        var admin = new UserChanges(name, email, password, null, false, true, null, null, null);
        return transaction.execute(
                _ -> {
                    claim();
                    return users.get(rows.insert(admin, ""));
                });
    }

    /** The row in system_metadata: a second call waits for the first one's, then fails. */
    private void claim() {
        int claimed =
                jdbc.sql(
                                """
                                insert into system_metadata (key, value)
                                select 'admin-sign-up', jsonb_build_object('at', now())
                                where not exists (select from "user")
                                on conflict do nothing
                                """)
                        .update();
        if (claimed == 0) {
            throw tooLate();
        }
    }

    private static Problem tooLate() {
        return new Problem.Invalid("The server already has an admin");
    }
}
