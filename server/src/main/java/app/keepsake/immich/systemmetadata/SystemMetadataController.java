package app.keepsake.immich.systemmetadata;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.server.VersionCheckStateResponseDto;
import app.keepsake.place.Places;
import app.keepsake.settings.ServerSettings;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/system-metadata")
class SystemMetadataController {

    record AdminOnboardingUpdateDto(@NotNull Boolean isOnboarded) {}

    /** What the names of places are from, and of when; they come along with the server. */
    record ReverseGeocodingStateResponseDto(
            @Nullable String lastUpdate, @Nullable String lastImportFileName) {}

    private final ServerSettings settings;
    private final Places places;

    SystemMetadataController(ServerSettings settings, Places places) {
        this.settings = settings;
        this.places = places;
    }

    @GetMapping("/admin-onboarding")
    @Requires(value = Permission.SYSTEM_METADATA_READ, admin = true)
    AdminOnboardingUpdateDto onboarding(Caller caller) {
        return new AdminOnboardingUpdateDto(settings.isOnboarded());
    }

    @PostMapping("/admin-onboarding")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(value = Permission.SYSTEM_METADATA_UPDATE, admin = true)
    void setOnboarding(Caller caller, @RequestBody @Valid AdminOnboardingUpdateDto body) {
        settings.setOnboarded(caller, body.isOnboarded());
    }

    @GetMapping("/reverse-geocoding-state")
    @Requires(value = Permission.SYSTEM_METADATA_READ, admin = true)
    ReverseGeocodingStateResponseDto reverseGeocoding(Caller caller) {
        var source = places.source();
        return new ReverseGeocodingStateResponseDto(
                source.date() + "T00:00:00.000Z", source.name());
    }

    @GetMapping("/version-check-state")
    @Requires(value = Permission.SYSTEM_METADATA_READ, admin = true)
    VersionCheckStateResponseDto versionCheck(Caller caller) {
        return VersionCheckStateResponseDto.NEVER;
    }
}
