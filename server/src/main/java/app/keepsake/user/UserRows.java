package app.keepsake.user;

import app.keepsake.auth.Passwords;
import app.keepsake.problem.Change;
import app.keepsake.problem.Problem;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;

/** What this feature reads and writes of accounts. */
@Repository
class UserRows {

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Passwords passwords;

    UserRows(JdbcClient jdbc, TransactionTemplate transaction, Passwords passwords) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.passwords = passwords;
    }

    Optional<UserView> find(UUID id) {
        return jdbc.sql(UserView.SELECT + "where u.id = :id")
                .param("id", id)
                .query(UserView.class)
                .optional();
    }

    List<UserView> find(Collection<UUID> ids) {
        return jdbc.sql(UserView.SELECT + "where u.id = any(:ids)")
                .param("ids", ids.toArray(UUID[]::new))
                .query(UserView.class)
                .list();
    }

    /** Oldest first, with those that are being deleted or without. */
    List<UserView> all(boolean withDeleted) {
        return jdbc.sql(
                        UserView.SELECT
                                + (withDeleted ? "" : "where u.deleted_at is null ")
                                + "order by u.created_at, u.id")
                .query(UserView.class)
                .list();
    }

    /**
     * @param byOwner whether it is the account's own user who changes it
     * @throws Problem.Invalid when the e-mail address or the storage label is another's
     */
    void update(UUID id, UserChanges changes, boolean byOwner) {
        // Before the transaction: it takes a third of a second.
        var password = changes.password() == null ? null : passwords.hash(changes.password());
        var pin = hashed(changes.pinCode());
        transaction.executeWithoutResult(
                _ -> {
                    write(id, changes, password, pin, byOwner);
                    if (pin != null) {
                        jdbc.sql("update session set pin_expires_at = null where user_id = ?")
                                .param(id)
                                .update();
                    }
                });
    }

    /**
     * A new account; one without a password cannot log in by it.
     *
     * @param oauthId the account of the OpenID provider that it belongs to, or empty
     * @throws Problem.Invalid without name or e-mail address, and as {@link #update}
     */
    UUID insert(UserChanges account, String oauthId) {
        if (account.name() == null || account.email() == null) {
            throw new Problem.Invalid("An account has a name and an e-mail address");
        }
        var password = account.password() == null ? "" : passwords.hash(account.password());
        try {
            return jdbc.sql(
                            """
                            insert into "user" (name, email, password, avatar_color,
                                should_change_password, is_admin, storage_label,
                                quota_size_in_bytes, pin_code, oauth_id)
                            values (:name, :email, :password, :avatarColor, :shouldChangePassword,
                                :isAdmin, :storageLabel, :quota, :pin, :oauthId)
                            returning id
                            """)
                    .param("name", account.name())
                    .param("email", account.email())
                    .param("password", password)
                    .param(
                            "avatarColor",
                            Objects.requireNonNullElse(account.avatarColor(), "primary"))
                    .param(
                            "shouldChangePassword",
                            Boolean.TRUE.equals(account.shouldChangePassword()))
                    .param("isAdmin", Boolean.TRUE.equals(account.isAdmin()))
                    .param("storageLabel", valueOf(account.storageLabel()))
                    .param("quota", valueOf(account.quotaSizeInBytes()))
                    .param("pin", valueOf(hashed(account.pinCode())))
                    .param("oauthId", oauthId)
                    .query(UUID.class)
                    .single();
        } catch (DuplicateKeyException e) {
            throw taken(e);
        }
    }

    private @Nullable Change<String> hashed(@Nullable Change<String> pin) {
        return pin == null || pin.value() == null ? pin : new Change<>(passwords.hash(pin.value()));
    }

    /**
     * Names only what changes: whoever writes a unique column, be it as it was, waits for every
     * transaction that is adding something of the user's.
     */
    private void write(
            UUID id,
            UserChanges changes,
            @Nullable String password,
            @Nullable Change<String> pin,
            boolean byOwner) {
        var values = new LinkedHashMap<String, @Nullable Object>();
        putIfSent(values, "name", changes.name());
        putIfSent(values, "email", changes.email());
        putIfSent(values, "password", password);
        putIfSent(
                values,
                "should_change_password",
                changes.shouldChangePassword() == null && password != null
                        ? Boolean.FALSE
                        : changes.shouldChangePassword());
        putIfSent(values, "is_admin", changes.isAdmin());
        putIfSent(values, "avatar_color", changes.avatarColor());
        putIfChanged(values, "storage_label", changes.storageLabel());
        putIfChanged(values, "quota_size_in_bytes", changes.quotaSizeInBytes());
        putIfChanged(values, "pin_code", pin);
        var assignments =
                values.keySet().stream()
                        .map(column -> "%s = :%s, ".formatted(column, column))
                        .collect(Collectors.joining());
        // Clients send the address along with a new name: as it was, it is nobody's choice.
        var choice =
                changes.email() == null
                        ? ""
                        : """
                        is_email_own_choice =
                            case when email = :email then is_email_own_choice else %s end,
                        """
                                .formatted(byOwner);
        try {
            jdbc.sql(
                            "update \"user\" set %s%supdated_at = now() where id = :id"
                                    .formatted(assignments, choice))
                    .params(values)
                    .param("id", id)
                    .update();
        } catch (DuplicateKeyException e) {
            throw taken(e);
        }
    }

    private static void putIfSent(
            Map<String, @Nullable Object> values, String column, @Nullable Object value) {
        if (value != null) {
            values.put(column, value);
        }
    }

    private static void putIfChanged(
            Map<String, @Nullable Object> values, String column, @Nullable Change<?> change) {
        if (change != null) {
            values.put(column, change.value());
        }
    }

    private static <T> @Nullable T valueOf(@Nullable Change<T> change) {
        return change == null ? null : change.value();
    }

    private static Problem taken(DuplicateKeyException e) {
        var reason = String.valueOf(e.getMessage());
        var what =
                reason.contains("user_storage_label_key")
                        ? "Storage label"
                        : reason.contains("user_oauth_id_key") ? "OAuth account" : "Email";
        return new Problem.Invalid(what + " already in use by another account");
    }
}
