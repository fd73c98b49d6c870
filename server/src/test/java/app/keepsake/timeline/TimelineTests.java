package app.keepsake.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.asset.Visibility;
import app.keepsake.auth.Caller;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.timeline.TimelineFilter.By;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServerTest
class TimelineTests {

    // As the web app asks.
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

    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;

    @Test
    void bothStatementsUseTheTimelinesIndex() {
        var ana = users.user();
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
        var scope = new Scope(ana.userId(), Set.of(ana.userId()));
        for (var statement :
                List.of(
                        TimelineQueries.buckets(scope, WEB),
                        TimelineQueries.bucket(scope, WEB, LocalDate.parse("2015-03-01")))) {
            var plan =
                    jdbc.sql("explain " + statement.sql())
                            .params(statement.params())
                            .query(String.class)
                            .list();
            assertThat(String.join("\n", plan))
                    .contains("asset_timeline_idx")
                    .doesNotContain("Seq Scan on asset");
        }
    }
}
