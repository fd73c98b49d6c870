package app.keepsake.settings;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.ServerTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServerTest
class VersionHistoryTests {

    @Autowired VersionHistory versions;
    @Autowired JdbcClient jdbc;

    private List<String> spoken() {
        return versions.all().stream().map(VersionHistory.Entry::version).toList();
    }

    @Test
    void writesDownOnceWhichVersionsWereSpoken() {
        assertThat(spoken()).containsExactly(ApiVersion.CURRENT.toString());
        versions.record(); // as the start of a second server does
        assertThat(spoken()).containsExactly(ApiVersion.CURRENT.toString());
    }

    @Test
    void tellsTheLatestFirst() {
        jdbc.sql("insert into version_history (version, created_at) values ('1.2.3', '2020-01-01')")
                .update();
        try {
            assertThat(spoken()).containsExactly(ApiVersion.CURRENT.toString(), "1.2.3");
        } finally {
            jdbc.sql("delete from version_history where version = '1.2.3'").update();
        }
    }
}
