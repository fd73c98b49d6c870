package app.keepsake.auth;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.CreationTimestamp;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** A device that is logged in, until it logs out or stays away too long. */
@Entity
@DynamicUpdate
class Session {

    @Id @GeneratedValue private UUID id;
    private UUID userId;
    private @Nullable UUID parentId;
    private byte[] token;
    private String deviceType;
    private String deviceOs;
    private @Nullable String appVersion;
    private @Nullable Instant expiresAt;
    private @Nullable String oauthSid;
    @CreationTimestamp private Instant createdAt;
    @CreationTimestamp private Instant updatedAt;

    @SuppressWarnings("NullAway.Init") // for Hibernate
    protected Session() {}

    /**
     * @param parentId the session that it ends with
     * @param oauthSid the OpenID provider's name for the session that opened it, or empty; null
     *     when none did
     */
    @SuppressWarnings("NullAway.Init") // id and times come with saving
    Session(
            UUID userId,
            @Nullable UUID parentId,
            Token token,
            Device device,
            @Nullable Instant expiresAt,
            @Nullable String oauthSid) {
        this.userId = userId;
        this.parentId = parentId;
        this.token = token.hash();
        this.deviceType = device.type();
        this.deviceOs = device.os();
        this.appVersion = device.appVersion();
        this.expiresAt = expiresAt;
        this.oauthSid = oauthSid;
    }

    SessionView view() {
        return new SessionView(
                id, deviceType, deviceOs, appVersion, createdAt, updatedAt, expiresAt, false);
    }
}
