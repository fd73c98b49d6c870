package app.keepsake.storagetemplate;

import app.keepsake.KeepsakeServer;
import app.keepsake.jobs.MoveOriginal;
import app.keepsake.upload.DyingServer;
import java.nio.file.Path;
import java.util.UUID;
import org.springframework.boot.SpringApplication;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The real server, that moves an original and stops for ever at a milestone of that. Arguments: a
 * folder to talk through, the asset, the milestone.
 */
final class DyingMover {

    private DyingMover() {}

    public static void main(String[] args) throws Exception {
        var folder = Path.of(args[0]);
        Milestone.Watcher watcher =
                milestone -> {
                    if (milestone.name().equals(args[2])) {
                        DyingServer.stop(folder, milestone.name());
                    }
                };
        var application = new SpringApplication(KeepsakeServer.class);
        application.addInitializers(
                context ->
                        ((GenericApplicationContext) context)
                                .registerBean(Milestone.Watcher.class, () -> watcher));
        application
                .run()
                .getBean(MoveOriginalHandler.class)
                .run(new MoveOriginal(UUID.fromString(args[1])));
    }
}
