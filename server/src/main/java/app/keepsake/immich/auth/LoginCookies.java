package app.keepsake.immich.auth;

import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/**
 * The three cookies by which the phone app makes every call after the login. {@code Secure} on
 * plain http would lock it out, so that follows the request.
 */
final class LoginCookies {

    private static final Duration LIFETIME = Duration.ofDays(400);

    private LoginCookies() {}

    static void set(HttpServletResponse response, String token, boolean isSecure) {
        add(response, "immich_access_token", token, LIFETIME, isSecure);
        add(response, "immich_auth_type", "password", LIFETIME, isSecure);
        add(response, "immich_is_authenticated", "true", LIFETIME, isSecure);
    }

    static void clear(HttpServletResponse response, boolean isSecure) {
        add(response, "immich_access_token", "", Duration.ZERO, isSecure);
        add(response, "immich_auth_type", "", Duration.ZERO, isSecure);
        add(response, "immich_is_authenticated", "", Duration.ZERO, isSecure);
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
