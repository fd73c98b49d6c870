package app.keepsake.upload;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class UploadConnector extends OncePerRequestFilter
        implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    private static final Logger log = LoggerFactory.getLogger(UploadConnector.class);

    /** Two for each open connection, whose number {@code application.yaml} limits (I7). */
    private static final int SOCKET_BUFFER = 64 * 1024;

    private static final long MAX_DRAIN_NANOS = TimeUnit.MINUTES.toNanos(2);

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
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
        return !request.getMethod().equals("POST")
                || !request.getRequestURI().equals("/api/assets");
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
        try {
            response.flushBuffer();
            if (!isExpecting) {
                drain(request.getInputStream());
            }
        } catch (IOException e) {
            log.debug("The client has gone before the end of its upload", e);
        }
    }

    private static void drain(InputStream body) throws IOException {
        var nowhere = new byte[SOCKET_BUFFER];
        long start = System.nanoTime();
        while (System.nanoTime() - start < MAX_DRAIN_NANOS && body.read(nowhere) >= 0) {
            // thrown away
        }
    }
}
