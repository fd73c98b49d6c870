package app.keepsake;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.aot.AbstractAotProcessor;

/**
 * Answers 503 on the server's port while the server itself waits for its database or migrates it
 * (I2): a phone that is told so tries again, and one that is refused or sent away may log out.
 */
class Startup implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final byte[] BODY =
            "{\"message\":\"Keepsake is starting, try again soon\"}"
                    .getBytes(StandardCharsets.UTF_8);

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        var environment = context.getEnvironment();
        var port = environment.getRequiredProperty("server.port", Integer.class);
        if (port <= 0 || Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING)) {
            return; // nobody knows the address yet, or this is a build
        }
        var door = open(environment.getRequiredProperty("server.address"), port);
        context.getBeanFactory().registerSingleton("startupDoor", door);
        context.addApplicationListener(
                (ApplicationListener<ApplicationFailedEvent>) _ -> door.stop());
    }

    private static Door open(String address, int port) {
        try {
            var server = HttpServer.create(new InetSocketAddress(address, port), 0);
            server.createContext(
                    "/",
                    exchange -> {
                        try (exchange) {
                            exchange.getResponseHeaders().set("Content-Type", "application/json");
                            exchange.getResponseHeaders().set("Retry-After", "5");
                            exchange.getResponseHeaders().set("Connection", "close");
                            exchange.sendResponseHeaders(503, BODY.length);
                            exchange.getResponseBody().write(BODY);
                        }
                    });
            server.start();
            return new Door(server);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot listen on %s:%d; is another program using the port?"
                            .formatted(address, port),
                    e);
        }
    }

    /** Gives the port free in the moment before the real server takes it. */
    private static class Door implements SmartLifecycle {

        private final HttpServer server;

        Door(HttpServer server) {
            this.server = server;
        }

        @Override
        public void start() {
            server.stop(0);
        }

        @Override
        public void stop() {
            server.stop(0);
        }

        @Override
        public boolean isRunning() {
            return false;
        }

        @Override
        public int getPhase() {
            return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;
        }
    }
}
