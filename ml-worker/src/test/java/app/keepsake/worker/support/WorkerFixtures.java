package app.keepsake.worker.support;

import app.keepsake.support.TestServices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Words to set a scene, as the server would have: {@code given.assetWithPreview("sea.png")}. */
public class WorkerFixtures {

    private final Path library;
    private final JdbcClient server;

    WorkerFixtures(@Value("${keepsake.library}") Path library) {
        this.library = library;
        this.server =
                JdbcClient.create(
                        new DriverManagerDataSource(
                                TestServices.get("KEEPSAKE_DB_URL"),
                                TestServices.get("KEEPSAKE_DB_USER"),
                                TestServices.get("KEEPSAKE_DB_PASSWORD")));
        inUse(server);
    }

    /** The models that come along. */
    public static final String CLIP = "tiny-colours";

    public static final String FACES = "face-api";

    /**
     * What the server does when another CLIP model is chosen; in the library it is the one that
     * comes along under another name.
     */
    public void coming(String model, int dimension) throws IOException {
        var folder = library.resolve("models/clip/" + model);
        for (var file : List.of("config.json", "visual/model.onnx", "visual/preprocess_cfg.json")) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.copy(
                    models().resolve("clip/" + CLIP).resolve(file),
                    folder.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        server.sql(
                        """
                        create table smart_search_next (
                            asset_id uuid primary key references asset on delete cascade,
                            model text not null, embedding halfvec(%d) not null)
                        """
                                .formatted(dimension))
                .update();
        server.sql("grant select, insert, update, delete on smart_search_next to keepsake_worker")
                .update();
        server.sql("insert into ml_model values ('clip-next', ?, ?)")
                .params(model, dimension)
                .update();
    }

    public void notComing() {
        server.sql("delete from ml_model where task = 'clip-next'").update();
        server.sql("drop table smart_search_next").update();
    }

    /** Words find pictures by this model of 512 numbers. */
    public void serving(String model) {
        server.sql("update ml_model set model = ? where task = 'clip'").param(model).update();
    }

    /** What the server knows of the files of a model in use. */
    public void commit(String task, @Nullable String revision) {
        server.sql("update ml_model set revision = :revision where task = :task")
                .param("revision", revision)
                .param("task", task)
                .update();
    }

    /** Something that happens while nobody has got a CLIP model. */
    public void withoutClip(Callback happening) throws Exception {
        server.sql("delete from ml_model where task = 'clip'").update();
        try {
            happening.run();
        } finally {
            inUse(server);
        }
    }

    /** What a test does. */
    @FunctionalInterface
    public interface Callback {
        void run() throws Exception;
    }

    static void inUse(JdbcClient server) {
        server.sql(
                        """
                        insert into ml_model values ('clip', ?, 512), ('facial-recognition', ?, 512)
                        on conflict do nothing
                        """)
                .params(CLIP, FACES)
                .update();
    }

    /** A golden file of the test resources. */
    public static Path golden(String name) {
        return resource("golden/" + name);
    }

    /** A file or folder of the test resources. */
    public static Path resource(String name) {
        try {
            return Path.of(
                    Objects.requireNonNull(
                                    WorkerFixtures.class.getResource("/" + name),
                                    () -> "no such test resource: " + name)
                            .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The models that Keepsake ships. */
    public static Path models() {
        return Path.of(System.getProperty("keepsake.root", ".."), "ml-worker/models");
    }

    /** The database with the server's rights, to set up and to look at what was written. */
    public JdbcClient server() {
        return server;
    }

    /** What administrators have changed in the system config; {@code {}} is nothing. */
    public void config(String changes) {
        server.sql(
                        """
                        insert into system_metadata (key, value)
                        values ('system-config', :changes::jsonb)
                        on conflict (key) do update set value = excluded.value
                        """)
                .param("changes", changes)
                .update();
    }

    /** A photo that nothing was made of yet. */
    public UUID asset() {
        var owner = UUID.randomUUID();
        server.sql("insert into \"user\" (id, email, name, avatar_color) values (?, ?, ?, 'red')")
                .params(owner, owner + "@example.org", "Ana")
                .update();
        var asset = UUID.randomUUID();
        server.sql(
                        """
                        insert into asset (id, owner_id, type, original_path, original_file_name,
                            checksum, size_in_bytes, file_created_at, file_modified_at,
                            local_date_time)
                        values (:id, :owner, 'IMAGE', :path, 'photo.jpg',
                            decode(repeat('00', 20), 'hex'), 1, now(), now(), now())
                        """)
                .param("id", asset)
                .param("owner", owner)
                .param("path", "upload/" + asset)
                .update();
        return asset;
    }

    /** Whether a step of an asset is done, by its column of {@code asset_job_status}. */
    public boolean isDone(UUID asset, String column) {
        return server.sql(
                        "select exists (select 1 from asset_job_status"
                                + " where asset_id = ? and %s is not null)".formatted(column))
                .param(asset)
                .query(Boolean.class)
                .single();
    }

    /** A photo whose preview is a golden picture. */
    public UUID assetWithPreview(String golden) {
        var asset = asset();
        showing(asset, golden);
        return asset;
    }

    /** Makes a golden picture the asset's preview, also in place of another. */
    public void showing(UUID asset, String golden) {
        showing(asset, golden(golden));
    }

    /** Makes a picture the asset's preview, also in place of another. */
    public void showing(UUID asset, Path picture) {
        var path = "thumbs/%s_%s".formatted(asset, picture.getFileName());
        try {
            Files.createDirectories(library.resolve(path).getParent());
            Files.copy(picture, library.resolve(path));
            Files.writeString(library.resolve(".keepsake"), "id=" + UUID.randomUUID());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.sql(
                        """
                        insert into asset_file (asset_id, type, path)
                        values (:asset, 'preview', :path)
                        on conflict (asset_id, type) do update set path = excluded.path
                        """)
                .param("asset", asset)
                .param("path", path)
                .update();
    }
}
