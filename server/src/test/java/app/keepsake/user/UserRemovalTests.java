package app.keepsake.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.nio.file.Files;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServerTest
class UserRemovalTests {

    @Autowired Fixtures given;
    @Autowired AssetFixtures assets;
    @Autowired ConfigFixtures config;
    @Autowired JdbcClient jdbc;
    @Autowired Library library;
    @Autowired UserRemoval removal;

    private Caller deletedSince(String age, String status) {
        var user = given.user();
        assets.asset(user, Map.of());
        jdbc.sql(
                        """
                        update "user" set status = ?, deleted_at = now() - ?::interval where id = ?
                        """)
                .params(status, age, user.userId())
                .update();
        return user;
    }

    private boolean exists(Caller user) {
        return jdbc.sql("select exists (select from \"user\" where id = ?)")
                .param(user.userId())
                .query(Boolean.class)
                .single();
    }

    @Test
    void waitsAWeekBeforeItRemovesAnAccount() {
        var recent = deletedSince("6 days 23 hours", "deleted");
        var old = deletedSince("7 days 1 hour", "deleted");
        var interrupted = deletedSince("1 hour", "removing"); // by the end of a server, say
        var present = given.user();
        removal.run();
        assertThat(exists(old)).isFalse();
        assertThat(exists(interrupted)).isFalse();
        assertThat(given.assetsOf(old)).isEmpty();
        assertThat(exists(recent)).isTrue();
        assertThat(given.assetsOf(recent)).hasSize(1);
        assertThat(exists(present)).isTrue();
    }

    @Test
    void waitsForAsLongAsAdministratorsSay() {
        var recent = deletedSince("1 day 23 hours", "deleted");
        var old = deletedSince("2 days 1 hour", "deleted");
        config.set("/user/deleteDelay", "2");
        try {
            removal.run();
        } finally {
            config.reset();
        }
        assertThat(exists(old)).isFalse();
        assertThat(exists(recent)).isTrue();
    }

    @Test
    void anAlbumGoesWithTheLastOfItsOwners() {
        var old = deletedSince("8 days", "deleted");
        var other = given.user();
        var shared = album(old, "owner", other, "owner");
        var alone = album(old, "owner", other, "editor");
        removal.run();
        assertThat(
                        jdbc.sql("select user_id from album_user where album_id = ?")
                                .param(shared)
                                .query(UUID.class)
                                .list())
                .containsExactly(other.userId());
        assertThat(
                        jdbc.sql("select count(*) from album where id = ?")
                                .param(alone)
                                .query(Integer.class)
                                .single())
                .isZero();
    }

    private UUID album(Caller first, String role, Caller second, String secondRole) {
        var id =
                jdbc.sql("insert into album default values returning id")
                        .query(UUID.class)
                        .single();
        jdbc.sql("insert into album_user (album_id, user_id, role) values (?, ?, ?), (?, ?, ?)")
                .params(id, first.userId(), role, id, second.userId(), secondRole)
                .update();
        return id;
    }

    @Test
    void removesNothingWhileTheDiskIsMissing() throws Exception {
        var marker = library.root().resolve(Library.MARKER);
        var aside = library.root().resolveSibling("marker-" + UUID.randomUUID());
        var old = deletedSince("8 days", "deleted");
        Files.move(marker, aside);
        try {
            assertThatThrownBy(library::requireStillPresent)
                    .isInstanceOf(Problem.Unavailable.class);
            removal.run();
        } finally {
            Files.move(aside, marker);
            library.requireStillPresent();
        }
        assertThat(exists(old)).isTrue();
        assertThat(given.assetsOf(old)).hasSize(1);
        removal.run();
        assertThat(exists(old)).isFalse();
    }
}
