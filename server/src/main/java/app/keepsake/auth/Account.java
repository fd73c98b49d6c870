package app.keepsake.auth;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** What logging in needs of a user; of the row it writes the secrets only. */
@Entity
@DynamicUpdate
@Table(name = "\"user\"")
class Account {

    @Id private UUID id;

    @Column(insertable = false, updatable = false)
    private String email;

    private String password;
    private @Nullable String pinCode;
    private boolean shouldChangePassword;

    @Column(insertable = false, updatable = false)
    private @Nullable Instant deletedAt;

    @SuppressWarnings("NullAway.Init") // for Hibernate
    protected Account() {}

    UUID id() {
        return id;
    }

    String email() {
        return email;
    }

    /** As {@link Passwords} hashed it; empty for an account that has none. */
    String password() {
        return password;
    }

    /** As {@link Passwords} hashed it. */
    @Nullable String pinCode() {
        return pinCode;
    }
}
