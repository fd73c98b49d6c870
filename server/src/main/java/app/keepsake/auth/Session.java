package app.keepsake.auth;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** A device that is logged in, until it logs out or stays away too long. */
@Entity
@DynamicUpdate
class Session {

    @Id @GeneratedValue private UUID id;
    private UUID userId;
    private byte[] token;
    private String deviceType;
    private String deviceOs;
    private @Nullable String appVersion;

    @SuppressWarnings("NullAway.Init") // for Hibernate
    protected Session() {}

    @SuppressWarnings("NullAway.Init") // the id comes with saving
    Session(UUID userId, Token token, Device device) {
        this.userId = userId;
        this.token = token.hash();
        this.deviceType = device.type();
        this.deviceOs = device.os();
        this.appVersion = device.appVersion();
    }
}
