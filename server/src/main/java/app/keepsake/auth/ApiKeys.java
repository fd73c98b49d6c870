package app.keepsake.auth;

import app.keepsake.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The API keys of users: secrets for programs, each with what it may do. A key can make, widen or
 * renew only what may do no more than itself.
 */
@Component
public class ApiKeys {

    /** A new secret, for the only time, and the key that it is of. */
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
        requireGrantable(caller, permissions);
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

    /** The caller's keys, the newest first. */
    public List<ApiKeyView> list(Caller caller) {
        return keys.findByUserIdOrderByCreatedAtDesc(caller.userId()).stream()
                .map(ApiKey::view)
                .toList();
    }

    /** One of the caller's keys; throws {@link Problem.Invalid} if it is not. */
    public ApiKeyView get(Caller caller, UUID id) {
        return find(caller, id).view();
    }

    /** The key that makes this very call; throws {@link Problem.Forbidden} for a session. */
    public ApiKeyView current(Caller caller) {
        if (caller.apiKeyId() == null) {
            throw new Problem.Forbidden("Not authenticated with an API Key");
        }
        return keys.findByIdAndUserId(caller.apiKeyId(), caller.userId())
                .orElseThrow(ApiKeys::unknown)
                .view();
    }

    /**
     * @param name null = as it is
     * @param permissions null = as they are
     */
    @Transactional
    public ApiKeyView update(
            Caller caller, UUID id, @Nullable String name, @Nullable Set<Permission> permissions) {
        var key = find(caller, id);
        if (name != null) {
            key.rename(name);
        }
        if (permissions != null) {
            requireGrantable(caller, permissions);
            key.allow(permissions);
        }
        return keys.saveAndFlush(key).view();
    }

    /** Gives a key another secret; whoever holds the old one is nobody from then on. */
    @Transactional
    public Created rotate(Caller caller, UUID id) {
        var key = find(caller, id);
        requireGrantable(caller, key.view().permissions());
        var secret = Token.generate();
        key.renew(secret);
        return new Created(keys.saveAndFlush(key).view(), secret.text());
    }

    /** Throws {@link Problem.Invalid} if it is no key of the caller's. */
    public void delete(Caller caller, UUID id) {
        if (keys.delete(id, caller.userId()) == 0) {
            throw notFound();
        }
    }

    private ApiKey find(Caller caller, UUID id) {
        return keys.findByIdAndUserId(id, caller.userId()).orElseThrow(ApiKeys::notFound);
    }

    private static void requireGrantable(Caller caller, Collection<Permission> permissions) {
        if (!permissions.stream().allMatch(caller::may)) {
            throw new Problem.Invalid("Cannot grant permissions you do not have");
        }
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

    private static Problem notFound() {
        return new Problem.Invalid("API Key not found");
    }
}
