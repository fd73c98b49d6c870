package app.keepsake.auth;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** What logging in needs of a user; of the row it writes the password only. */
@Entity
@DynamicUpdate
@Table(name = "\"user\"")
class Account {

    @Id private UUID id;

    @Column(insertable = false, updatable = false)
    private String email;

    private String password;

    @Column(insertable = false, updatable = false)
    private @Nullable Instant deletedAt;

    @SuppressWarnings("NullAway.Init") // for Hibernate
    protected Account() {}

    UUID id() {
        return id;
    }

    /** As {@link Passwords} hashed it; empty for an account that has none. */
    String password() {
        return password;
    }
}
