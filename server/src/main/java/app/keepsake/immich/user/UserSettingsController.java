package app.keepsake.immich.user;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.problem.Problem;
import app.keepsake.settings.License;
import app.keepsake.user.UserSettings;
import app.keepsake.user.Users;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/users/me")
class UserSettingsController {

    record OnboardingDto(@NotNull Boolean isOnboarded) {}

    record OnboardingResponseDto(boolean isOnboarded) {}

    private final Users users;
    private final UserSettings settings;
    private final PreferencesJson json;

    UserSettingsController(Users users, UserSettings settings, PreferencesJson json) {
        this.users = users;
        this.settings = settings;
        this.json = json;
    }

    @GetMapping("/preferences")
    @Requires(Permission.USER_PREFERENCE_READ)
    UserPreferencesResponseDto preferences(Caller caller) {
        return json.read(settings.preferences(caller, caller.userId()));
    }

    @RequestMapping(
            path = "/preferences",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    @Requires(Permission.USER_PREFERENCE_UPDATE)
    UserPreferencesResponseDto setPreferences(
            Caller caller, @RequestBody @Valid UserPreferencesUpdateDto body) {
        if (body.avatarColor() != null) {
            users.update(caller, null, null, null, body.avatarColor());
        }
        return json.read(settings.setPreferences(caller, caller.userId(), json.write(body)));
    }

    @GetMapping("/onboarding")
    @Requires(Permission.USER_ONBOARDING_READ)
    OnboardingResponseDto onboarding(Caller caller) {
        return new OnboardingResponseDto(settings.isOnboarded(caller.userId()));
    }

    @PutMapping("/onboarding")
    @Requires(Permission.USER_ONBOARDING_UPDATE)
    OnboardingResponseDto setOnboarding(Caller caller, @RequestBody @Valid OnboardingDto body) {
        settings.setOnboarded(caller, body.isOnboarded());
        return onboarding(caller);
    }

    @DeleteMapping("/onboarding")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.USER_ONBOARDING_DELETE)
    void forgetOnboarding(Caller caller) {
        settings.forgetOnboarding(caller);
    }

    /** Keepsake sells nothing; see {@link License}. 404 when none was set. */
    @GetMapping("/license")
    @Requires(Permission.USER_LICENSE_READ)
    UserLicenseDto license(Caller caller) {
        return settings.license(caller)
                .map(UserLicenseDto::of)
                .orElseThrow(() -> new Problem.NotFound("There is no license"));
    }

    @PutMapping("/license")
    @Requires(Permission.USER_LICENSE_UPDATE)
    UserLicenseDto setLicense(Caller caller, @RequestBody @Valid LicenseKeyDto body) {
        var license = body.license();
        settings.setLicense(caller, license);
        return UserLicenseDto.of(license);
    }

    @DeleteMapping("/license")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.USER_LICENSE_DELETE)
    void removeLicense(Caller caller) {
        settings.removeLicense(caller);
    }
}
