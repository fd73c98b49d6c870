package app.keepsake.immich.asset;

import app.keepsake.auth.Caller;
import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import app.keepsake.support.UploadClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A user who uploads, and what lies in the database and on the disk afterwards. */
@ServerTest
abstract class UploadTest {

    private static final Random RANDOM = new Random();

    @Autowired Fixtures given;
    @Autowired JdbcClient jdbc;
    @Autowired Library library;
    @LocalServerPort int port;

    Caller ana;
    UploadClient client;

    @BeforeEach
    void signIn() {
        ana = given.user();
        client = clientOf(ana);
    }

    UploadClient clientOf(Caller user) {
        return new UploadClient(port, given.bearer(user));
    }

    HttpResponse<String> upload(Form form, String... headers)
            throws IOException, InterruptedException {
        return client.upload(form, headers);
    }

    static <T> List<T> atOnce(int times, Callable<T> call) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<T>();
            for (var future : threads.invokeAll(Collections.nCopies(times, call))) {
                results.add(future.get());
            }
            return results;
        }
    }

    Map<String, @Nullable Object> row(JsonNode answer) {
        return row(UUID.fromString(answer.path("id").asString()));
    }

    Map<String, @Nullable Object> row(UUID id) {
        return jdbc.sql("select * from asset where id = ?").param(id).query().singleRow();
    }

    Path file(Map<String, @Nullable Object> row) {
        return library.resolve(String.valueOf(row.get("original_path")));
    }

    /** All that lies on disk for an owner, under whatever name. */
    List<Path> filesOf(Caller owner) throws IOException {
        var folder = library.root().resolve("upload").resolve(owner.userId().toString());
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    long usage() {
        return jdbc.sql("select quota_usage_in_bytes from \"user\" where id = ?")
                .param(ana.userId())
                .query(Long.class)
                .single();
    }

    static byte[] someBytes(int length) {
        var bytes = new byte[length];
        synchronized (RANDOM) {
            RANDOM.nextBytes(bytes);
        }
        return bytes;
    }

    static byte[] sha1(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-1").digest(bytes);
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
