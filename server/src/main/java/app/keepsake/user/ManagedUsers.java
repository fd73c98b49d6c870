package app.keepsake.user;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Sessions;
import app.keepsake.problem.Problem;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Everybody's accounts, for administrators. A deleted one can be restored until its assets and
 * files begin to go: after as many days as administrators say, or at once when that was asked for.
 */
@Component
public class ManagedUsers {

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final UserRows rows;
    private final Users users;
    private final Sessions sessions;
    private final UserRemoval removal;

    ManagedUsers(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            UserRows rows,
            Users users,
            Sessions sessions,
            UserRemoval removal) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.rows = rows;
        this.users = users;
        this.sessions = sessions;
        this.removal = removal;
    }

    /** Oldest first. */
    public List<UserView> all(Caller caller, boolean withDeleted) {
        requireAdmin(caller);
        return rows.all(withDeleted);
    }

    /** Also a deleted one; throws {@link Problem.Invalid} when there is none of this id. */
    public UserView get(Caller caller, UUID id) {
        requireAdmin(caller);
        return users.find(id);
    }

    /**
     * @throws Problem.Invalid without name, e-mail address or password, and as {@link #update}
     */
    public UserView create(Caller caller, UserChanges account) {
        requireAdmin(caller);
        if (account.password() == null) {
            throw new Problem.Invalid("A password is missing");
        }
        return users.find(rows.insert(account, ""));
    }

    /**
     * @throws Problem.Invalid when the e-mail address or the storage label is another's
     */
    public UserView update(Caller caller, UUID id, UserChanges changes) {
        requireAdmin(caller);
        users.find(id);
        if (changes.isAdmin() != null
                && changes.isAdmin() != caller.isAdmin()
                && id.equals(caller.userId())) {
            throw new Problem.Invalid("Admin status can only be changed by another admin");
        }
        if (changes.isAdmin() == null) {
            rows.update(id, changes, false);
        } else {
            transaction.executeWithoutResult(
                    _ -> {
                        requireStillAdmin(caller);
                        rows.update(id, changes, false);
                    });
        }
        return users.find(id);
    }

    /**
     * Ends the user's sessions, and later, or now with {@code force}, removes all that they have.
     */
    public UserView delete(Caller caller, UUID id, boolean force) {
        requireAdmin(caller);
        if (id.equals(caller.userId())) {
            throw new Problem.Forbidden("Cannot delete your own account");
        }
        users.find(id);
        transaction.executeWithoutResult(
                _ -> {
                    requireStillAdmin(caller);
                    jdbc.sql(
                                    """
                                    update "user" set updated_at = now(),
                                        deleted_at = coalesce(deleted_at, now()),
                                        status = case when :force or status = 'removing'
                                            then 'removing' else 'deleted' end
                                    where id = :id
                                    """)
                            .param("id", id)
                            .param("force", force)
                            .update();
                    sessions.closeAll(id);
                });
        var deleted = users.find(id);
        removal.wake();
        return deleted;
    }

    /** Throws {@link Problem.Invalid} when the account is not deleted, or being removed already. */
    public UserView restore(Caller caller, UUID id) {
        requireAdmin(caller);
        users.find(id);
        int restored =
                jdbc.sql(
                                """
                                update "user"
                                set status = 'active', deleted_at = null, updated_at = now()
                                where id = :id and status = 'deleted'
                                """)
                        .param("id", id)
                        .update();
        if (restored == 0) {
            throw new Problem.Invalid("The account is not deleted, or cannot be restored any more");
        }
        return users.find(id);
    }

    /**
     * Keeps all administrators as they are until the transaction ends: of two who demote or delete
     * each other at once, the second is none any more.
     */
    private void requireStillAdmin(Caller caller) {
        var administrators =
                jdbc.sql(
                                """
                                select id from "user" where is_admin and deleted_at is null
                                order by id for no key update
                                """)
                        .query(UUID.class)
                        .list();
        if (!administrators.contains(caller.userId())) {
            throw new Problem.Forbidden("Forbidden");
        }
    }

    private static void requireAdmin(Caller caller) {
        if (!caller.isAdmin()) {
            throw new Problem.Forbidden("Forbidden");
        }
    }
}
