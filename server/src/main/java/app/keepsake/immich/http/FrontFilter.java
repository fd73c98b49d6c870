package app.keepsake.immich.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Puts on every answer, failed ones too, what a browser must not do with it, and an id by which a
 * user's report and the log line belong together.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class FrontFilter extends OncePerRequestFilter {

    static final String CORRELATION_ID = "X-Correlation-ID";

    /** What the API sends is data: it may be looked at, and nothing in it may run. */
    private static final String API_POLICY =
            "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline';"
                    + " frame-ancestors 'none'; sandbox";

    /**
     * What another site may show: a television to which photos are cast runs a page of its maker's.
     * No browser sends our cookie along to it, so it gets only what a token in the address opens.
     */
    private static final Pattern MEDIA =
            Pattern.compile("/api/assets/[^/]+/(thumbnail|original|video/playback)");

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var id = UUID.randomUUID().toString();
        response.setHeader(CORRELATION_ID, id);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader(
                "Cross-Origin-Resource-Policy",
                MEDIA.matcher(request.getRequestURI()).matches() ? "cross-origin" : "same-origin");
        response.setHeader(
                "Content-Security-Policy",
                request.getRequestURI().startsWith("/api/") ? API_POLICY : WebApp.POLICY);
        try (var _ = MDC.putCloseable("correlationId", id)) {
            chain.doFilter(request, response);
        }
    }

    /** A container that fails clears the headers that were set before. */
    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }
}
