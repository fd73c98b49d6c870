package app.keepsake.trash;

import static app.keepsake.support.Wire.ids;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.storage.Library;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import app.keepsake.upload.Uploads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** Ana, and what she throws away. */
@ServerTest
@RecordApplicationEvents
@SuppressWarnings("NullAway.Init") // set before each test
abstract class TrashTest {

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired DataSource database;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    @Autowired ConfigFixtures config;
    @Autowired ApplicationEvents events;
    @Autowired Uploads uploads;
    @Autowired Library library;
    @Autowired Trash trash;
    @Autowired Expiry expiry;
    Caller ana;

    @BeforeEach
    void aUser() {
        ana = users.user();
    }

    void manyTrashed(int count) {
        jdbc.sql(
                        """
                        insert into asset (owner_id, type, original_path, original_file_name,
                            checksum, size_in_bytes, file_created_at, file_modified_at,
                            local_date_time, deleted_at, status)
                        select :owner, 'IMAGE', 'upload/' || gen_random_uuid(), 'a.jpg',
                            decode(lpad(to_hex(n), 40, '0'), 'hex'), 1, now(), now(), now(), now(),
                            'trashed'
                        from generate_series(1, :count) n
                        """)
                .param("owner", ana.userId())
                .param("count", count)
                .update();
    }

    void trashedSince(UUID id, String age) {
        jdbc.sql(
                        """
                        update asset set deleted_at = now() - :age::interval, status = 'trashed'
                        where id = :id
                        """)
                .param("age", age)
                .param("id", id)
                .update();
    }

    UUID upload(int length) {
        var form = Form.photo("a.jpg", bytes(length)).file("sidecarData", "a.xmp", bytes(5));
        return uploads.receive(ana, null, form.body()).assetId();
    }

    static byte[] bytes(int length) {
        var bytes = new byte[length];
        new Random().nextBytes(bytes);
        return bytes;
    }

    /** Original and sidecar. */
    List<Path> filesOf(UUID id) {
        return jdbc
                .sql("select unnest(array[original_path, sidecar_path]) from asset where id = ?")
                .param(id)
                .query(String.class)
                .list()
                .stream()
                .filter(path -> path != null)
                .map(library::resolve)
                .toList();
    }

    static void awaitGone(List<Path> files) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(files).noneMatch(Files::exists));
    }

    void awaitNothingDiscarded() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(10))
                .until(
                        () ->
                                jdbc.sql("select not exists (select from discarded_file)")
                                        .query(Boolean.class)
                                        .single());
    }

    boolean isTrashed(UUID id) {
        return jdbc.sql("select deleted_at is not null from asset where id = ?")
                .param(id)
                .query(Boolean.class)
                .single();
    }

    MvcTestResult delete(boolean force, UUID... ids) {
        return send(
                HttpMethod.DELETE,
                "/api/assets",
                ids(ids).replace("}", ", \"force\": %s}".formatted(force)));
    }

    MvcTestResult post(String path, String body) {
        return send(HttpMethod.POST, "/api/trash/" + path, body);
    }

    MvcTestResult send(HttpMethod method, String uri, String body) {
        return send(method, uri, body, users.bearer(ana));
    }

    MvcTestResult send(HttpMethod method, String uri, String body, String bearer) {
        return http.method(method)
                .uri(uri)
                .header("Authorization", bearer)
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }
}
