package app.keepsake.auth;

import app.keepsake.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The API keys of users: secrets for programs, each with what it may do. */
@Component
public class ApiKeys {

    /** A new key, and its secret for the only time. */
    public record Created(ApiKeyView apiKey, String secret) {}

    private final JdbcClient jdbc;
    private final ApiKeyRepository keys;

    ApiKeys(JdbcClient jdbc, ApiKeyRepository keys) {
        this.jdbc = jdbc;
        this.keys = keys;
    }

    /** Who holds this secret; throws {@link Problem.Unauthenticated} if nobody does. */
    public Caller authenticate(String secret) {
        return jdbc.sql(
                        """
                        select k.id, k.user_id, u.is_admin, k.permissions
                        from api_key k join "user" u on u.id = k.user_id
                        where k.key = :hash and u.deleted_at is null
                        """)
                .param("hash", new Token(secret).hash())
                .query(ApiKeys::caller)
                .optional()
                .orElseThrow(ApiKeys::unknown);
    }

    /** Makes a key for the caller, which can never do more than this very call may. */
    public Created create(Caller caller, @Nullable String name, Set<Permission> permissions) {
        if (!permissions.stream().allMatch(caller::may)) {
            throw new Problem.Invalid("Cannot grant permissions you do not have");
        }
        var secret = Token.generate();
        var key =
                keys.save(
                        new ApiKey(
                                caller.userId(),
                                name == null ? "API Key" : name,
                                secret,
                                permissions));
        return new Created(key.view(), secret.text());
    }

    /** The key that makes this very call; throws {@link Problem.Forbidden} for a session. */
    public ApiKeyView current(Caller caller) {
        if (caller.apiKeyId() == null) {
            throw new Problem.Forbidden("Not authenticated with an API Key");
        }
        return keys.findById(caller.apiKeyId()).orElseThrow(ApiKeys::unknown).view();
    }

    private static Caller caller(ResultSet row, int number) throws SQLException {
        var permissions = List.of((String[]) row.getArray("permissions").getArray());
        return new Caller(
                row.getObject("user_id", UUID.class),
                row.getBoolean("is_admin"),
                null,
                row.getObject("id", UUID.class),
                false,
                Set.copyOf(Permission.parse(permissions)));
    }

    private static Problem unknown() {
        return new Problem.Unauthenticated("Invalid API key");
    }
}
