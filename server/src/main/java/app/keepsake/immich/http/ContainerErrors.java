package app.keepsake.immich.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * What Tomcat refuses before any of our code runs (a malformed request line, say) would be HTML;
 * the Immich CLI fails hard on an answer that is not JSON.
 */
@Component
class ContainerErrors implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addContextCustomizers(
                context -> {
                    if (context.getParent() instanceof StandardHost host) {
                        host.setErrorReportValveClass(JsonReport.class.getName());
                    }
                });
    }

    /** Public, because Tomcat makes it by its name. */
    public static class JsonReport extends ErrorReportValve {

        @Override
        protected void report(Request request, Response response, @Nullable Throwable failure) {
            if (response.getStatus() < 400
                    || response.getContentWritten() > 0
                    || !response.setErrorReported()) {
                return;
            }
            var known = HttpStatus.resolve(response.getStatus());
            var reason = known == null ? "Request failed" : ErrorPages.reasonOf(known);
            try {
                response.setContentType("application/json");
                response.setCharacterEncoding(StandardCharsets.UTF_8);
                var writer = response.getReporter();
                if (writer != null) {
                    writer.write("{\"message\":\"%s\"}".formatted(reason));
                    response.finishResponse();
                }
            } catch (IOException gone) {
                container.getLogger().debug("The client has gone away", gone);
            }
        }
    }
}
