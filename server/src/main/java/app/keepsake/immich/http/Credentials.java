package app.keepsake.immich.http;

import app.keepsake.problem.Problem;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a request brings to say who calls; the first form that is present counts, right or not. */
sealed interface Credentials {

    record SharedLink(String reason) implements Credentials {}

    /**
     * @param byCookie the browser added the token by itself, whichever page made the call
     */
    record Session(String token, boolean byCookie) implements Credentials {}

    record ApiKey(String secret) implements Credentials {}

    record None() implements Credentials {}

    /** The order is Immich's: a shared link wins over a session, a session over an API key. */
    static Credentials of(HttpServletRequest request) {
        return of(request, name -> query(request, name));
    }

    /** As {@link #of}, but what the query says does not count. */
    static Credentials ofHeaders(HttpServletRequest request) {
        return of(request, _ -> null);
    }

    private static Credentials of(
            HttpServletRequest request, Function<String, @Nullable String> query) {
        if (first(request.getHeader("x-immich-share-key"), query.apply("key")) != null) {
            return new SharedLink("Invalid share key");
        }
        if (first(request.getHeader("x-immich-share-slug"), query.apply("slug")) != null) {
            return new SharedLink("Invalid share slug");
        }
        var token =
                first(
                        request.getHeader("x-immich-user-token"),
                        request.getHeader("x-immich-session-token"),
                        query.apply("sessionKey"),
                        bearer(request));
        if (token != null) {
            return new Session(token, false);
        }
        var cookie = cookie(request, "immich_access_token");
        if (cookie != null) {
            return new Session(cookie, true);
        }
        var apiKey = first(request.getHeader("x-api-key"), query.apply("apiKey"));
        return apiKey != null ? new ApiKey(apiKey) : new None();
    }

    private static @Nullable String first(@Nullable String... candidates) {
        for (var candidate : candidates) {
            if (candidate != null && !candidate.isEmpty()) {
                return candidate;
            }
        }
        return null;
    }

    private static @Nullable String bearer(HttpServletRequest request) {
        var header = request.getHeader("Authorization");
        return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? header.substring(7).trim()
                : null;
    }

    private static @Nullable String cookie(HttpServletRequest request, String name) {
        var cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                if (cookie.getName().equals(name)) {
                    return first(cookie.getValue());
                }
            }
        }
        return null;
    }

    /** From the URL alone: {@code getParameter} would read the body of a form. */
    private static @Nullable String query(HttpServletRequest request, String name) {
        var query = request.getQueryString();
        if (query == null) {
            return null;
        }
        for (var pair : query.split("&")) {
            if (pair.startsWith(name + "=")) {
                try {
                    return URLDecoder.decode(
                            pair.substring(name.length() + 1), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException e) {
                    throw new Problem.Invalid(
                            "The query parameter %s is malformed".formatted(name));
                }
            }
        }
        return null;
    }
}
