package app.keepsake.user;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.config.SystemConfig;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The accounts of this server. */
@Component
public class Users {

    private record Visible(boolean publicUsers) {}

    private final SystemConfig config;
    private final JdbcClient jdbc;
    private final UserRows rows;
    private final Library library;

    Users(SystemConfig config, JdbcClient jdbc, UserRows rows, Library library) {
        this.config = config;
        this.jdbc = jdbc;
        this.rows = rows;
        this.library = library;
    }

    /** The caller's own account. */
    public UserView me(Caller caller) {
        return get(caller.userId());
    }

    /** The account with this id, which must exist. */
    public UserView get(UUID id) {
        return rows.find(id).orElseThrow();
    }

    /**
     * Everybody who may log in, oldest first: users choose among them with whom to share. Where
     * administrators want them not to, they see themselves alone.
     */
    public List<UserView> all(Caller caller) {
        var isOpen = caller.isAdmin() || config.section("server", Visible.class).publicUsers();
        return isOpen ? rows.all(false) : List.of(me(caller));
    }

    /** Anyone's account; throws {@link Problem.Invalid} when there is none of this id. */
    public UserView find(UUID id) {
        return rows.find(id).orElseThrow(() -> new Problem.Invalid("User not found"));
    }

    /**
     * A new account, of somebody whom an OpenID provider knows.
     *
     * @param oauthId by which the provider knows them
     * @throws Problem.Invalid when the e-mail address, the storage label or {@code oauthId} is
     *     another's
     */
    public UUID register(UserChanges account, String oauthId) {
        return rows.insert(account, oauthId);
    }

    /**
     * Changes the caller's own account. What one logs in with only who may do everything changes:
     * an API key would make itself more than it is ({@link Problem.Forbidden}).
     *
     * @throws Problem.Invalid for an e-mail address that is another's, and a password that cannot
     *     be hashed
     */
    public UserView update(
            Caller caller,
            @Nullable String name,
            @Nullable String email,
            @Nullable String password,
            @Nullable String avatarColor) {
        if (email != null || password != null) {
            caller.require(Permission.ALL);
        }
        rows.update(caller.userId(), UserChanges.own(name, email, password, avatarColor), true);
        return me(caller);
    }

    /** Those of these accounts that exist, also deleted ones that can still be restored. */
    public Map<UUID, UserView> byId(Collection<UUID> ids) {
        return rows.find(ids).stream().collect(Collectors.toMap(UserView::id, Function.identity()));
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
