package app.keepsake.support;

import app.keepsake.auth.Caller;
import app.keepsake.storage.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Assets as uploads would leave them: {@code given.asset(ana, Map.of("is_favorite", "true"))}. */
public final class AssetFixtures {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final JdbcClient jdbc;
    private final Library library;

    public AssetFixtures(JdbcClient jdbc, Library library) {
        this.jdbc = jdbc;
        this.library = library;
    }

    /**
     * An asset row without a file; {@code columns} overrides what it would have, as SQL literals.
     */
    public UUID asset(Caller owner, Map<String, String> columns) {
        var id = UUID.randomUUID();
        var checksum = new byte[20];
        RANDOM.nextBytes(checksum);
        var values =
                new TreeMap<>(
                        Map.of(
                                "type", "IMAGE",
                                "original_path", Library.originalPath(owner.userId(), id, "jpg"),
                                "original_file_name", "photo.jpg",
                                "size_in_bytes", "1000",
                                "file_created_at", "2024-05-06T07:08:09Z",
                                "file_modified_at", "2024-05-06T07:08:09Z",
                                "local_date_time", "2024-05-06T07:08:09"));
        values.putAll(columns);
        var names = String.join(", ", values.keySet());
        jdbc.sql(
                        """
                        insert into asset (id, owner_id, checksum, %1$s)
                        select :id, :owner, :checksum, %1$s
                        from jsonb_populate_record(null::asset, :values::jsonb)
                        """
                                .formatted(names))
                .param("values", json(values))
                .param("id", id)
                .param("owner", owner.userId())
                .param("checksum", checksum)
                .update();
        return id;
    }

    /** An asset whose original is a copy of {@code file}, as if it had been uploaded just so. */
    public UUID upload(Caller owner, Path file, Map<String, String> columns) throws IOException {
        var name = file.getFileName().toString();
        var id = UUID.randomUUID();
        var path =
                Library.originalPath(owner.userId(), id, name.substring(name.lastIndexOf('.') + 1));
        var all = new TreeMap<String, String>(columns);
        all.put("original_path", path);
        all.put("original_file_name", name);
        all.put("size_in_bytes", Long.toString(Files.size(file)));
        Files.createDirectories(library.resolve(path).getParent());
        Files.copy(file, library.resolve(path), StandardCopyOption.REPLACE_EXISTING);
        return asset(owner, all);
    }

    private static String json(Map<String, String> values) {
        return JsonMapper.shared().writeValueAsString(values);
    }
}
