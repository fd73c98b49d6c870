package app.keepsake.model;

import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.TextVectors;
import app.keepsake.storage.Library;
import app.keepsake.storage.OriginalsOn;
import app.keepsake.storage.Volume;
import app.keepsake.support.TestHub;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Models with a database and a library of their own. */
final class OwnModels {

    static final Model CLIP = Catalogue.find("ViT-B-32__openai").orElseThrow();
    static final Model OTHER_CLIP = Catalogue.find("RN50__openai").orElseThrow();
    static final Model FACES = Catalogue.find("buffalo_l").orElseThrow();

    final Library library;
    final Shelf shelf;
    final Use use;
    final Choice choice;

    private final OwnDatabase database;
    private final Volume volume;
    private final ObjectNode config = JsonMapper.shared().createObjectNode();

    OwnModels(
            OwnDatabase database,
            Path root,
            Volume volume,
            TextVectors words,
            ApplicationEventPublisher events) {
        this.database = database;
        this.volume = volume;
        database.jdbc()
                .sql("truncate \"user\", model_download, job_attempt, job_emptied cascade")
                .update();
        database.use().want(null);
        database.jdbc().sql("truncate ml_model").update();
        library = OriginalsOn.library(root, volume, database.jdbc());
        shelf = new Shelf(library);
        use = database.use();
        choice =
                new Choice(
                        library,
                        new SystemConfig(() -> config),
                        settings(TestHub.SHARED.base(), null),
                        shelf,
                        use,
                        words,
                        events);
    }

    private static ModelSettings settings(URI mirror, @Nullable Path folder) {
        return new ModelSettings("", "", mirror, folder);
    }

    Arrivals arrivals(URI mirror, @Nullable Path folder) {
        return new Arrivals(
                new JdbcTemplate(database.source()),
                settings(mirror, folder),
                shelf,
                choice,
                library,
                new ShelfDisk(shelf, library, volume, OriginalsOn.reserve(library)));
    }

    void choose(Model clip) {
        choose("clip", clip.name());
    }

    /**
     * @param task as the system config calls it
     */
    void choose(String task, String name) {
        config.withObject("/machineLearning/" + task).put("modelName", name);
    }

    /** As somebody puts it there by hand. */
    void put(Model model) throws IOException {
        for (var file : model.task().files()) {
            var path = shelf.folder(model).resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, "a model");
        }
    }
}
