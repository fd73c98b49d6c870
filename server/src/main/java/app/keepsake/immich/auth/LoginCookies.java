package app.keepsake.immich.auth;

import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/**
 * The three cookies by which the phone app makes every call after the login, and those of a login
 * by OAuth that is under way. {@code Secure} on plain http would lock the app out, so that follows
 * the request.
 */
final class LoginCookies {

    static final String OAUTH_STATE = "immich_oauth_state";
    static final String OAUTH_VERIFIER = "immich_oauth_code_verifier";
    static final String AUTH_TYPE = "immich_auth_type";

    /** How long somebody may take to log in at an OpenID provider. */
    private static final Duration OAUTH_LIFETIME = Duration.ofMinutes(15);

    private static final Duration LIFETIME = Duration.ofDays(400);

    private LoginCookies() {}

    /**
     * @param type "password" or "oauth": how the session was opened
     */
    static void set(HttpServletResponse response, String token, String type, boolean isSecure) {
        add(response, "immich_access_token", token, LIFETIME, isSecure);
        add(response, AUTH_TYPE, type, LIFETIME, isSecure);
        add(response, "immich_is_authenticated", "true", LIFETIME, isSecure);
    }

    static void clear(HttpServletResponse response, boolean isSecure) {
        add(response, "immich_access_token", "", Duration.ZERO, isSecure);
        add(response, AUTH_TYPE, "", Duration.ZERO, isSecure);
        add(response, "immich_is_authenticated", "", Duration.ZERO, isSecure);
    }

    /** What a browser must bring back from the provider; the app keeps its own. */
    static void setOAuth(
            HttpServletResponse response,
            String state,
            @Nullable String codeVerifier,
            boolean isSecure) {
        add(response, OAUTH_STATE, state, OAUTH_LIFETIME, isSecure);
        if (codeVerifier != null) {
            add(response, OAUTH_VERIFIER, codeVerifier, OAUTH_LIFETIME, isSecure);
        }
    }

    static void clearOAuth(HttpServletResponse response, boolean isSecure) {
        add(response, OAUTH_STATE, "", Duration.ZERO, isSecure);
        add(response, OAUTH_VERIFIER, "", Duration.ZERO, isSecure);
    }

    private static void add(
            HttpServletResponse response,
            String name,
            String value,
            Duration lifetime,
            boolean isSecure) {
        var cookie =
                ResponseCookie.from(name, value)
                        .path("/")
                        .sameSite("Lax")
                        .maxAge(lifetime)
                        .secure(isSecure)
                        // A web client looks at this one to know whether it is logged in.
                        .httpOnly(!name.equals("immich_is_authenticated"))
                        .build();
        response.addHeader(HttpHeaders.SET_COOKIE, cookie.toString());
    }
}
