package app.keepsake.immich.user;

import app.keepsake.settings.License;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;

/** What clients send of a product key; see {@link License} for what becomes of it. */
public record LicenseKeyDto(
        @NotNull @Size(max = 10_000) String activationKey, @NotNull String licenseKey) {

    public License license() {
        return new License(Instant.now(), activationKey, licenseKey);
    }
}
