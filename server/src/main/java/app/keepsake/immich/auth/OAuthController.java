package app.keepsake.immich.auth;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Public;
import app.keepsake.auth.Requires;
import app.keepsake.immich.user.UserAdminResponseDto;
import app.keepsake.oauth.OAuthLogins;
import app.keepsake.user.UserSettings;
import app.keepsake.user.Users;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/oauth")
class OAuthController {

    record OAuthConfigDto(
            @NotBlank String redirectUri, @Nullable String state, @Nullable String codeChallenge) {}

    record OAuthAuthorizeResponseDto(String url) {}

    /** State and verifier come with the body from the app, and as cookies from a browser. */
    record OAuthCallbackDto(
            @NotBlank String url, @Nullable String state, @Nullable String codeVerifier) {

        OAuthLogins.Return from(@Nullable String stateCookie, @Nullable String verifierCookie) {
            return new OAuthLogins.Return(
                    url,
                    state == null ? stateCookie : state,
                    codeVerifier == null ? verifierCookie : codeVerifier);
        }
    }

    private final OAuthLogins logins;
    private final Users users;
    private final UserSettings settings;

    OAuthController(OAuthLogins logins, Users users, UserSettings settings) {
        this.logins = logins;
        this.users = users;
        this.settings = settings;
    }

    @Public
    @PostMapping("/authorize")
    @ResponseStatus(HttpStatus.CREATED)
    OAuthAuthorizeResponseDto authorize(
            @RequestBody @Valid OAuthConfigDto body,
            HttpServletRequest request,
            HttpServletResponse response) {
        var beginning = logins.begin(body.redirectUri(), body.state(), body.codeChallenge());
        LoginCookies.setOAuth(
                response, beginning.state(), beginning.codeVerifier(), request.isSecure());
        return new OAuthAuthorizeResponseDto(beginning.url().toString());
    }

    @Public
    @PostMapping("/callback")
    @ResponseStatus(HttpStatus.CREATED)
    AuthController.LoginResponseDto callback(
            @RequestBody @Valid OAuthCallbackDto body,
            @CookieValue(name = LoginCookies.OAUTH_STATE, required = false) @Nullable String state,
            @CookieValue(name = LoginCookies.OAUTH_VERIFIER, required = false)
                    @Nullable String verifier,
            HttpServletRequest request,
            HttpServletResponse response) {
        var login = logins.finish(body.from(state, verifier), Devices.of(request));
        LoginCookies.clearOAuth(response, request.isSecure());
        LoginCookies.set(response, login.token(), "oauth", request.isSecure());
        return AuthController.LoginResponseDto.of(
                login, users.get(login.userId()), settings.isOnboarded(login.userId()));
    }

    // Immich names no permission; but whoever may link an account can log in to it.
    @PostMapping("/link")
    @ResponseStatus(HttpStatus.OK)
    @Requires(Permission.ALL)
    UserAdminResponseDto link(
            Caller caller,
            @RequestBody @Valid OAuthCallbackDto body,
            @CookieValue(name = LoginCookies.OAUTH_STATE, required = false) @Nullable String state,
            @CookieValue(name = LoginCookies.OAUTH_VERIFIER, required = false)
                    @Nullable String verifier,
            HttpServletRequest request,
            HttpServletResponse response) {
        var user = logins.link(caller, body.from(state, verifier));
        LoginCookies.clearOAuth(response, request.isSecure());
        return UserAdminResponseDto.of(user);
    }

    @PostMapping("/unlink")
    @ResponseStatus(HttpStatus.OK)
    @Requires(Permission.ALL)
    UserAdminResponseDto unlink(Caller caller) {
        return UserAdminResponseDto.of(logins.unlink(caller));
    }

    /** For providers that do not send browsers to the app's scheme: always there, nowhere else. */
    @Public
    @GetMapping("/mobile-redirect")
    ResponseEntity<Void> toApp(HttpServletRequest request) {
        return ResponseEntity.status(HttpStatus.TEMPORARY_REDIRECT)
                .header("Location", OAuthLogins.toApp(request.getQueryString()))
                .build();
    }

    @Public
    @PostMapping("/backchannel-logout")
    ResponseEntity<Void> logout(@RequestParam("logout_token") String logoutToken) {
        logins.logout(logoutToken);
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).build();
    }
}
