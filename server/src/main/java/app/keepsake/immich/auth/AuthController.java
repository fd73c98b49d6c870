package app.keepsake.immich.auth;

import app.keepsake.auth.AuthStatus;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Logins;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Public;
import app.keepsake.auth.Requires;
import app.keepsake.auth.Sessions;
import app.keepsake.immich.http.ClientAddress;
import app.keepsake.immich.user.EmailAddress;
import app.keepsake.immich.user.UserAdminResponseDto;
import app.keepsake.oauth.OAuthLogins;
import app.keepsake.user.SignUp;
import app.keepsake.user.UserSettings;
import app.keepsake.user.UserView;
import app.keepsake.user.Users;
import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/auth")
class AuthController {

    record SignUpDto(
            @NotBlank @EmailAddress String email,
            @NotBlank String name,
            @NotBlank String password) {}

    record LoginCredentialDto(@NotBlank @EmailAddress String email, @NotNull String password) {}

    record LoginResponseDto(
            String accessToken,
            UUID userId,
            String userEmail,
            String name,
            boolean isAdmin,
            String profileImagePath,
            boolean shouldChangePassword,
            boolean isOnboarded) {

        static LoginResponseDto of(Logins.Login login, UserView user, boolean isOnboarded) {
            return new LoginResponseDto(
                    login.token(),
                    user.id(),
                    user.email(),
                    user.name(),
                    user.isAdmin(),
                    user.profileImagePath(),
                    user.shouldChangePassword(),
                    isOnboarded);
        }
    }

    record LogoutResponseDto(boolean successful, String redirectUri) {}

    record ValidateAccessTokenResponseDto(boolean authStatus) {}

    record ChangePasswordDto(
            @NotNull String password,
            @NotNull @Size(min = 8) String newPassword,
            @Nullable Boolean invalidateSessions) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record AuthStatusResponseDto(
            boolean pinCode,
            boolean password,
            boolean isElevated,
            @Nullable Instant expiresAt,
            @Nullable Instant pinExpiresAt) {

        static AuthStatusResponseDto of(AuthStatus status) {
            return new AuthStatusResponseDto(
                    status.pinCode(),
                    status.password(),
                    status.isElevated(),
                    status.expiresAt(),
                    status.pinExpiresAt());
        }
    }

    private final Logins logins;
    private final Sessions sessions;
    private final SignUp signUp;
    private final Users users;
    private final UserSettings settings;
    private final OAuthLogins oauth;

    AuthController(
            Logins logins,
            Sessions sessions,
            SignUp signUp,
            Users users,
            UserSettings settings,
            OAuthLogins oauth) {
        this.logins = logins;
        this.sessions = sessions;
        this.signUp = signUp;
        this.users = users;
        this.settings = settings;
        this.oauth = oauth;
    }

    @Public
    @PostMapping("/admin-sign-up")
    @ResponseStatus(HttpStatus.CREATED)
    UserAdminResponseDto signUp(
            @RequestBody @Valid SignUpDto body,
            @RequestHeader(name = "x-keepsake-setup-code", required = false) @Nullable String code,
            HttpServletRequest request) {
        var isLocal = ClientAddress.of(request).isLocal();
        return UserAdminResponseDto.of(
                signUp.signUp(body.name(), body.email(), body.password(), code, isLocal));
    }

    @Public
    @PostMapping("/login")
    @ResponseStatus(HttpStatus.CREATED)
    LoginResponseDto login(
            @RequestBody @Valid LoginCredentialDto body,
            HttpServletRequest request,
            HttpServletResponse response) {
        var login =
                logins.login(
                        body.email(),
                        body.password(),
                        Devices.of(request),
                        ClientAddress.of(request).network());
        LoginCookies.set(response, login.token(), "password", request.isSecure());
        return LoginResponseDto.of(
                login, users.get(login.userId()), settings.isOnboarded(login.userId()));
    }

    @PostMapping("/logout")
    @ResponseStatus(HttpStatus.OK)
    LogoutResponseDto logout(
            Caller caller,
            @CookieValue(name = LoginCookies.AUTH_TYPE, required = false) @Nullable String type,
            HttpServletRequest request,
            HttpServletResponse response) {
        sessions.close(caller);
        LoginCookies.clear(response, request.isSecure());
        var atProvider =
                "oauth".equals(type)
                        ? oauth.logoutPage().map(URI::toString)
                        : Optional.<String>empty();
        return new LogoutResponseDto(true, atProvider.orElse("/auth/login?autoLaunch=0"));
    }

    @PostMapping("/validateToken")
    ValidateAccessTokenResponseDto validate(Caller caller) {
        return new ValidateAccessTokenResponseDto(true);
    }

    @PostMapping("/change-password")
    @ResponseStatus(HttpStatus.OK)
    @Requires(Permission.AUTH_CHANGE_PASSWORD)
    UserAdminResponseDto changePassword(
            Caller caller, @RequestBody @Valid ChangePasswordDto body, HttpServletRequest request) {
        logins.changePassword(
                caller,
                body.password(),
                body.newPassword(),
                Boolean.TRUE.equals(body.invalidateSessions()),
                ClientAddress.of(request).network());
        return UserAdminResponseDto.of(users.me(caller));
    }

    @GetMapping("/status")
    AuthStatusResponseDto status(Caller caller) {
        return AuthStatusResponseDto.of(sessions.status(caller));
    }
}
