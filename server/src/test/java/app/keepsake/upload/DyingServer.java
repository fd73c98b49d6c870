package app.keepsake.upload;

import app.keepsake.KeepsakeServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The real server in a process of its own, that stops for ever at a step of an upload once a file
 * "armed" names it, so that a test can kill it just there. Arguments: a folder to talk through.
 */
public final class DyingServer {

    private DyingServer() {}

    public static void main(String[] args) {
        var folder = Path.of(args[0]);
        var application = new SpringApplication(KeepsakeServer.class);
        application.addInitializers(
                context ->
                        ((GenericApplicationContext) context)
                                .registerBean(
                                        Step.Watcher.class, () -> step -> stopAt(step, folder)));
        application.addListeners(
                (ApplicationListener<WebServerInitializedEvent>)
                        event ->
                                write(
                                        folder.resolve("port"),
                                        String.valueOf(event.getWebServer().getPort())));
        application.run();
    }

    private static void stopAt(Step step, Path folder) {
        var armed = folder.resolve("armed");
        try {
            if (Files.exists(armed) && Files.readString(armed).equals(step.name())) {
                write(folder.resolve("reached"), step.name());
                while (true) {
                    LockSupport.park();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            var draft = file.resolveSibling(file.getFileName() + ".draft");
            Files.writeString(draft, text);
            Files.move(draft, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
