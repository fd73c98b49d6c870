package app.keepsake.upload;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Makes Tomcat fit for uploads: large reads, and answers that reach a client which is still
 * sending.
 *
 * <p>A duplicate, a full disk or a wrong session is known before the body. A server that closes the
 * connection then resets it, and the client loses the answer and tries for ever. So after the
 * answer is out, the rest of the body is taken and thrown away, for a while.
 *
 * <p>An upload that is wanted may take as long as it likes. Any other body must come in time, or a
 * stranger could hold all connections with a byte now and then: see {@link Bodies}.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class UploadConnector extends OncePerRequestFilter
        implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    /** Two for each open connection, whose number {@code application.yaml} limits (I7). */
    private static final int SOCKET_BUFFER = 64 * 1024;

    private final Duration patience;

    /**
     * @param patience how long a client may be silent; a body that is no upload may take as long
     *     beyond what a slow line needs
     */
    UploadConnector(@Value("${server.tomcat.connection-timeout}") Duration patience) {
        this.patience = patience;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addEngineValves(new Bodies(patience));
        factory.addConnectorCustomizers(
                connector -> {
                    if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
                        // The default of 8 KB makes some 550 system calls of one photo.
                        http.setProperty("socket.appReadBufSize", String.valueOf(SOCKET_BUFFER));
                        http.setProperty("socket.appWriteBufSize", String.valueOf(SOCKET_BUFFER));
                        // "Expect: 100-continue" is answered when the body is wanted, so that a
                        // duplicate is never sent at all.
                        http.setContinueResponseTiming("onRead");
                    }
                });
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !hasBody(request);
    }

    static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        // A client that waits for "100 Continue" and gets an answer instead need not send the body,
        // but some then send their next request, and Tomcat would take that for the body.
        var isExpecting = request.getHeader("Expect") != null;
        if (isExpecting) {
            response.setHeader("Connection", "close");
        }
        chain.doFilter(request, response);
    }
}
