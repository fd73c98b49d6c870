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
 * What runs in a {@link ChildServer}: the real server, that stops for ever at a milestone of an
 * upload once a file "armed" names it, so that a test can kill it just there. Arguments: a folder
 * to talk through.
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
                                        Milestone.Watcher.class,
                                        () -> milestone -> stopAt(milestone, folder)));
        application.addListeners(
                (ApplicationListener<WebServerInitializedEvent>)
                        event ->
                                write(
                                        folder.resolve("port"),
                                        String.valueOf(event.getWebServer().getPort())));
        application.run();
    }

    private static void stopAt(Milestone milestone, Path folder) {
        var armed = folder.resolve("armed");
        try {
            if (Files.exists(armed) && Files.readString(armed).equals(milestone.name())) {
                stop(folder, milestone.name());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says where it is, and waits to be killed. */
    public static void stop(Path folder, String milestone) {
        write(folder.resolve("reached"), milestone);
        while (true) {
            LockSupport.park();
        }
    }

    /** Whole or not at all, since another process waits for it. */
    static void write(Path file, String text) {
        try {
            var draft = file.resolveSibling(file.getFileName() + ".draft");
            Files.writeString(draft, text);
            Files.move(draft, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
