package app.keepsake.trash;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** What is locked is left in the trash by who may not see it there. */
@ServerTest
class RestoreAllTests {

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;

    Caller ana;
    UUID seen;
    UUID locked;

    @BeforeEach
    void fillTheTrash() {
        ana = users.user();
        seen = trashed("timeline");
        locked = trashed("locked");
    }

    private UUID trashed(String visibility) {
        return given.asset(
                ana,
                Map.of(
                        "visibility",
                        visibility,
                        "deleted_at",
                        "2026-11-01T00:00:00Z",
                        "status",
                        "trashed"));
    }

    private List<UUID> inTrash() {
        return jdbc.sql("select id from asset where owner_id = ? and deleted_at is not null")
                .param(ana.userId())
                .query(UUID.class)
                .list();
    }

    private MvcTestResult restore(String token, String path, String body) {
        return http.post()
                .uri("/api/trash/" + path)
                .header("Authorization", "Bearer " + token)
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }

    private String tokenWithPin() {
        var token = users.token(ana);
        jdbc.sql("update session set pin_expires_at = now() + interval '5 minutes' where id = ?")
                .param(users.sessionId(token))
                .update();
        return token;
    }

    @Test
    void leavesWhatIsLockedWithoutThePin() {
        assertThat(restore(users.token(ana), "restore", ""))
                .hasStatusOk()
                .bodyJson()
                .isEqualTo("{\"count\": 1}");
        assertThat(inTrash()).containsExactly(locked);
        assertThat(restore(users.token(ana), "restore", "")).bodyJson().isEqualTo("{\"count\": 0}");
    }

    @Test
    void takesAllWithThePin() {
        assertThat(restore(tokenWithPin(), "restore", ""))
                .hasStatusOk()
                .bodyJson()
                .isEqualTo("{\"count\": 2}");
        assertThat(inTrash()).isEmpty();
    }

    @Test
    void takesNoneByTheirIdsWithoutThePin() {
        var both = "{\"ids\": [\"%s\", \"%s\"]}".formatted(seen, locked);
        assertThat(restore(users.token(ana), "restore/assets", both)).hasStatus(401);
        assertThat(inTrash()).containsExactlyInAnyOrder(seen, locked);
        assertThat(restore(tokenWithPin(), "restore/assets", both)).hasStatusOk();
        assertThat(inTrash()).isEmpty();
    }
}
