package app.keepsake.auth;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.CreationTimestamp;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.UpdateTimestamp;

/** A key of a user's program. It always has a permission. */
@Entity
@DynamicUpdate
class ApiKey {

    @Id @GeneratedValue private UUID id;
    private UUID userId;
    private String name;
    private byte[] key;
    private List<String> permissions;
    @CreationTimestamp private Instant createdAt;
    @UpdateTimestamp private Instant updatedAt;

    @SuppressWarnings("NullAway.Init") // for Hibernate
    protected ApiKey() {}

    @SuppressWarnings("NullAway.Init") // id and times come with saving
    ApiKey(UUID userId, String name, Token secret, Collection<Permission> permissions) {
        this.userId = userId;
        this.name = name;
        this.key = secret.hash();
        this.permissions = wireNames(permissions);
    }

    void rename(String name) {
        this.name = name;
    }

    void allow(Collection<Permission> permissions) {
        this.permissions = wireNames(permissions);
    }

    void renew(Token secret) {
        this.key = secret.hash();
    }

    private static List<String> wireNames(Collection<Permission> permissions) {
        if (permissions.isEmpty()) {
            throw new IllegalArgumentException("an API key that may do nothing");
        }
        return permissions.stream().sorted().map(Permission::wireName).toList();
    }

    ApiKeyView view() {
        return new ApiKeyView(id, name, Permission.parse(permissions), createdAt, updatedAt);
    }
}
