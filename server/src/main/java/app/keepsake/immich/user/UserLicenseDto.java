package app.keepsake.immich.user;

import app.keepsake.settings.License;
import java.time.Instant;

public record UserLicenseDto(Instant activatedAt, String activationKey, String licenseKey) {

    public static UserLicenseDto of(License license) {
        return new UserLicenseDto(
                license.activatedAt(), license.activationKey(), license.licenseKey());
    }
}
