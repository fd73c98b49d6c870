package app.keepsake.auth;

import app.keepsake.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The API keys of users: secrets for programs, each with what it may do. */
@Component
public class ApiKeys {

    /** An API key as its owner sees it; the secret is not part of it. */
    public record ApiKey(
            UUID id,
            String name,
            List<Permission> permissions,
            Instant createdAt,
            Instant updatedAt) {}

    /** A new key, and its secret for the only time. */
    public record Created(ApiKey apiKey, String secret) {}

    private static final String COLUMNS = " id, name, permissions, created_at, updated_at ";

    private record Holder(UUID id, UUID userId, boolean isAdmin, List<Permission> permissions) {}

    private final JdbcClient jdbc;

    ApiKeys(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Who holds this secret; throws {@link Problem.Unauthenticated} if nobody does. */
    public Caller authenticate(String secret) {
        var key =
                jdbc.sql(
                                """
                                select k.id, k.user_id, u.is_admin, k.permissions
                                from api_key k join "user" u on u.id = k.user_id
                                where k.key = :hash and u.deleted_at is null
                                """)
                        .param("hash", new Token(secret).hash())
                        .query(
                                (row, _) ->
                                        new Holder(
                                                row.getObject("id", UUID.class),
                                                row.getObject("user_id", UUID.class),
                                                row.getBoolean("is_admin"),
                                                permissions(row)))
                        .optional()
                        .orElseThrow(() -> new Problem.Unauthenticated("Invalid API key"));
        return new Caller(
                key.userId(), key.isAdmin(), null, key.id(), Set.copyOf(key.permissions()));
    }

    /** Makes a key for the caller, which can never do more than this very call may. */
    public Created create(Caller caller, @Nullable String name, Set<Permission> permissions) {
        if (!permissions.stream().allMatch(caller::may)) {
            throw new Problem.Invalid("Cannot grant permissions you do not have");
        }
        var secret = Token.generate();
        var key =
                jdbc.sql(
                                """
                                insert into api_key (user_id, name, key, permissions)
                                values (:userId, :name, :hash, :permissions)
                                returning\
                                """
                                        + COLUMNS)
                        .param("userId", caller.userId())
                        .param("name", name == null ? "API Key" : name)
                        .param("hash", secret.hash())
                        .param(
                                "permissions",
                                permissions.stream()
                                        .sorted()
                                        .map(Permission::wireName)
                                        .toArray(String[]::new))
                        .query(ApiKeys::apiKey)
                        .single();
        return new Created(key, secret.text());
    }

    /** The key that makes this very call; throws {@link Problem.Forbidden} for a session. */
    public ApiKey current(Caller caller) {
        if (caller.apiKeyId() == null) {
            throw new Problem.Forbidden("Not authenticated with an API Key");
        }
        return jdbc.sql("select" + COLUMNS + "from api_key where id = :id")
                .param("id", caller.apiKeyId())
                .query(ApiKeys::apiKey)
                .single();
    }

    private static ApiKey apiKey(ResultSet row, int number) throws SQLException {
        return new ApiKey(
                row.getObject("id", UUID.class),
                row.getString("name"),
                permissions(row),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant());
    }

    /** A name that this version does not know grants nothing. */
    private static List<Permission> permissions(ResultSet row) throws SQLException {
        return Arrays.stream((String[]) row.getArray("permissions").getArray())
                .flatMap(name -> Permission.parse(name).stream())
                .toList();
    }
}
