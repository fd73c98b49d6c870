package app.keepsake.immich;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.upload.Sweep;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Twenty years of a family's photos, of which none may get lost on the way to the screen. */
@ServerTest
@Tag("long")
class BigLibraryTests {

    private static final int PHOTOS = 100_000;

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures given;
    @Autowired Library library;
    @Autowired Sweep sweep;
    Caller ana;
    String bearer;

    @BeforeEach
    void signIn() {
        ana = given.user();
        bearer = given.bearer(ana);
    }

    /** Hours apart; all their jobs are done, so that nobody starts them beside the test. */
    private void photos(int count) {
        jdbc.sql(
                        """
                        with photo as (
                            insert into asset (id, owner_id, type, checksum, original_path,
                                original_file_name, size_in_bytes, file_created_at,
                                file_modified_at, local_date_time)
                            select id, :owner, 'IMAGE', sha1, 'upload/' || :owner || '/'
                                    || substr(id::text, 1, 2) || '/' || substr(id::text, 3, 2)
                                    || '/' || id || '.jpg',
                                i || '.jpg', 1, taken, taken, taken at time zone 'UTC'
                            from (select i, gen_random_uuid() as id,
                                    substr(sha256(convert_to(:owner || ' ' || i, 'UTF8')), 1, 20) as sha1,
                                    timestamptz '2004-01-01 00:00Z' + i * interval '100 minutes'
                                        as taken
                                from generate_series(1, :count) i) p
                            returning id),
                        exif as (insert into asset_exif (asset_id) select id from photo)
                        insert into asset_job_status (asset_id, metadata_extracted_at,
                            thumbnails_at, smart_search_at, faces_recognized_at)
                        select id, now(), now(), now(), now() from photo
                        """)
                .param("owner", ana.userId())
                .param("count", count)
                .update();
        jdbc.sql("analyze asset").update();
    }

    @AfterEach
    void remove() {
        jdbc.sql("delete from \"user\" where id = ?").param(ana.userId()).update();
    }

    @Test
    void everyPhotoStandsInTheTimelineOnce() {
        photos(PHOTOS);
        var seen = new HashSet<String>();
        for (var month : get("/api/timeline/buckets")) {
            var bucket =
                    get("/api/timeline/bucket?timeBucket=" + month.get("timeBucket").asString());
            assertThat(bucket.get("id")).hasSize(month.get("count").asInt());
            bucket.get("id").forEach(id -> assertThat(seen.add(id.asString())).isTrue());
        }
        assertThat(seen).hasSize(PHOTOS);
    }

    @Test
    void pagesOfASearchHaveNeitherGapsNorRepeats() {
        photos(PHOTOS);
        var seen = new HashSet<String>();
        for (var page = "1"; page != null; ) {
            var found = search("metadata", "{\"size\": 1000, \"page\": %s}".formatted(page));
            found.get("items").forEach(i -> assertThat(seen.add(i.get("id").asString())).isTrue());
            page = found.get("nextPage").isNull() ? null : found.get("nextPage").asString();
        }
        assertThat(seen).hasSize(PHOTOS);
    }

    /** More than are compared one by one: the index is asked, and must find its way. */
    @Test
    void picturesLikeAnotherAreFoundAmongMany() {
        photos(60_000);
        // Building the index at once takes a tenth of the time.
        var index =
                jdbc.sql("select pg_get_indexdef('smart_search_embedding_idx'::regclass)")
                        .query(String.class)
                        .single();
        jdbc.sql("drop index smart_search_embedding_idx").update();
        // 500 heaps of 120 pictures, each around an axis of its own.
        jdbc.sql(
                        """
                        insert into smart_search (asset_id, model, embedding)
                        select id, 'test', (select array_agg(
                                    case when d = heap then 1 else (random() - 0.5) * 0.05 end)
                                from generate_series(0, 511) d where heap is not null)::real[]
                            ::halfvec
                        from (select id, split_part(original_file_name, '.', 1)::int % 500 as heap
                            from asset where owner_id = :owner) a
                        """)
                .param("owner", ana.userId())
                .update();
        jdbc.sql(index).update();
        jdbc.sql("analyze smart_search").update();
        var one =
                jdbc.sql("select id from asset where owner_id = ? and original_file_name = ?")
                        .params(ana.userId(), "7.jpg")
                        .query(UUID.class)
                        .single();
        var found = search("smart", "{\"queryAssetId\": \"%s\", \"size\": 100}".formatted(one));
        assertThat(found.get("items").get(0).get("id").asString()).isEqualTo(one.toString());
        var ofTheHeap = 0;
        for (var item : found.get("items")) {
            var number = item.get("originalFileName").asString().replace(".jpg", "");
            ofTheHeap += Integer.parseInt(number) % 500 == 7 ? 1 : 0;
        }
        assertThat(ofTheHeap).as("of 100 found, so many are alike").isGreaterThanOrEqualTo(95);
    }

    @Test
    void theSweepFindsTheFewFilesThatAreWrong() throws Exception {
        photos(20_000);
        var paths =
                jdbc.sql("select original_path from asset where owner_id = ? order by id")
                        .param(ana.userId())
                        .query(String.class)
                        .list();
        for (var path : paths) {
            var file = library.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, new byte[1]);
        }
        Files.delete(library.resolve(paths.get(12_345)));
        var stray = library.resolve(paths.get(1) + ".stray.jpg");
        Files.write(stray, new byte[1]);
        sweep.run();
        assertThat(
                        jdbc.sql(
                                        "select original_path from asset where owner_id = ? and is_offline")
                                .param(ana.userId())
                                .query(String.class)
                                .list())
                .containsExactly(paths.get(12_345));
        assertThat(stray).doesNotExist();
        assertThat(library.resolve("quarantine/" + library.relative(stray))).exists();
        for (var path : paths) {
            assertThat(Files.exists(library.resolve(path)))
                    .isEqualTo(!path.equals(paths.get(12_345)));
        }
    }

    private JsonNode get(String path) {
        return body(http.get().uri(path).header("Authorization", bearer).exchange());
    }

    private JsonNode search(String kind, String body) {
        var answer =
                http.post()
                        .uri("/api/search/" + kind)
                        .header("Authorization", bearer)
                        .contentType("application/json")
                        .content(body)
                        .exchange();
        return body(answer).get("assets");
    }

    private static JsonNode body(MvcTestResult answer) {
        assertThat(answer).hasStatusOk();
        return JsonMapper.shared().readTree(answer.getResponse().getContentAsByteArray());
    }
}
