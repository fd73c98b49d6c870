package app.keepsake.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.storage.Library;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.timeline.TimelineFilter.By;
import app.keepsake.timeline.TimelineFilter.Visibility;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

@ServerTest
class TimelineTests {

    private static final TimelineFilter ALL =
            new TimelineFilter(
                    null, null, null, null, null, null, null, false, false, false, null, false,
                    By.TAKEN);
    private static final TimelineFilter WEB =
            new TimelineFilter(
                    null,
                    null,
                    null,
                    null,
                    Visibility.TIMELINE,
                    null,
                    null,
                    true,
                    true,
                    false,
                    null,
                    false,
                    By.TAKEN);

    @Autowired Timeline timeline;
    @Autowired JdbcClient jdbc;
    @Autowired Library library;
    @Autowired Fixtures users;
    AssetFixtures given;
    Caller ana;

    @BeforeEach
    void setUp() {
        given = new AssetFixtures(jdbc, library);
        ana = users.user();
    }

    private static JsonNode json(byte[] bytes) {
        return new ObjectMapper().readTree(bytes);
    }

    @Test
    void aMonthIsThatOfTheWallClockWhereThePhotoWasTaken() {
        given.asset(
                ana,
                Map.of(
                        "file_created_at", "2024-05-31T22:30:00Z",
                        "local_date_time", "2024-06-01T00:30:00"));
        assertThat(json(timeline.buckets(ana, ALL)).toString())
                .isEqualTo("[{\"timeBucket\":\"2024-06-01\",\"count\":1}]");
        var june = json(timeline.bucket(ana, ALL, LocalDate.parse("2024-06-01")));
        assertThat(june.get("fileCreatedAt").get(0).asString()).isEqualTo("2024-05-31T22:30:00");
        assertThat(june.get("localOffsetHours").get(0).asDouble()).isEqualTo(2.0);
        assertThat(json(timeline.bucket(ana, ALL, LocalDate.parse("2024-05-01"))).get("id"))
                .isEmpty();
    }

    @Test
    void bothStatementsUseTheTimelinesIndex() {
        var bo = users.user();
        for (var owner : new Caller[] {ana, bo}) {
            jdbc.sql(
                            """
                            insert into asset (owner_id, type, original_path, original_file_name,
                                checksum, size_in_bytes, file_created_at, file_modified_at,
                                local_date_time)
                            select :owner, 'IMAGE', gen_random_uuid(), 'photo.jpg',
                                decode(substr(md5(n::text), 1, 30) || substr(md5(n::text), 1, 10), 'hex'),
                                1000, at, at, at
                            from (select n, timestamp '2010-01-01' + n * interval '2 hours' as at
                                from generate_series(1, 50000) n) taken
                            """)
                    .param("owner", owner.userId())
                    .update();
        }
        jdbc.sql("insert into asset_exif (asset_id) select id from asset where owner_id in (?, ?)")
                .params(ana.userId(), bo.userId())
                .update();
        jdbc.sql("vacuum analyze asset, asset_exif").update();
        for (var statement :
                List.of(
                        TimelineQueries.buckets(ana.userId(), WEB),
                        TimelineQueries.bucket(ana.userId(), WEB, LocalDate.parse("2015-03-01")))) {
            var plan =
                    jdbc.sql("explain " + statement.sql())
                            .params(statement.params())
                            .query(String.class)
                            .list();
            assertThat(String.join("\n", plan))
                    .contains("asset_timeline_idx")
                    .doesNotContain("Seq Scan");
        }
    }
}
