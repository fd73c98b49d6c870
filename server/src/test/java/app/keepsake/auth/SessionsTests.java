package app.keepsake.auth;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.config.CronTask;
import org.springframework.scheduling.config.ScheduledTaskHolder;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import org.springframework.transaction.support.TransactionTemplate;

@ServerTest
@RecordApplicationEvents
class SessionsTests {

    @Autowired Sessions sessions;
    @Autowired Fixtures given;
    @Autowired JdbcClient jdbc;
    @Autowired TransactionTemplate transaction;
    @Autowired ScheduledTaskHolder schedule;

    private UUID session(String how) {
        var id = given.sessionId(given.token(given.user()));
        jdbc.sql("update session set " + how + " where id = ?").param(id).update();
        return id;
    }

    private boolean exists(UUID id) {
        return jdbc.sql("select exists (select from session where id = ?)")
                .param(id)
                .query(Boolean.class)
                .single();
    }

    @Test
    void removesWhatIsDeadAndNothingElse(ApplicationEvents events) {
        var idle = session("updated_at = now() - interval '91 days'");
        var expired = session("expires_at = now() - interval '1 second'");
        var child =
                jdbc.sql(
                                """
                                insert into session (user_id, parent_id, token)
                                select user_id, id, sha256(id::text::bytea)
                                from session where id = ? returning id
                                """)
                        .param(idle)
                        .query(UUID.class)
                        .single();
        var used = session("updated_at = now() - interval '89 days'");
        var lasting = session("expires_at = now() + interval '1 minute'");
        sessions.removeDead();
        assertThat(exists(idle)).isFalse();
        assertThat(exists(child)).isFalse();
        assertThat(exists(expired)).isFalse();
        assertThat(exists(used)).isTrue();
        assertThat(exists(lasting)).isTrue();
        assertThat(events.stream(SessionClosed.class))
                .extracting(SessionClosed::sessionId)
                .contains(idle, child, expired)
                .doesNotContain(used, lasting);
    }

    /** As another server does at the same midnight. */
    @Test
    void leavesToAnotherServerWhatItIsRemoving() {
        var theirs = session("expires_at = now() - interval '1 second'");
        var ours = session("expires_at = now() - interval '1 second'");
        transaction.executeWithoutResult(
                _ -> {
                    jdbc.sql("delete from session where id = ?").param(theirs).update();
                    CompletableFuture.runAsync(sessions::removeDead)
                            .orTimeout(30, TimeUnit.SECONDS)
                            .join();
                });
        assertThat(exists(ours)).isFalse();
    }

    @Test
    void isTidiedEveryNight() {
        assertThat(schedule.getScheduledTasks())
                .map(task -> task.getTask())
                .filteredOn(task -> task.toString().contains("Sessions.removeDead"))
                .singleElement()
                .isInstanceOfSatisfying(
                        CronTask.class,
                        task -> assertThat(task.getExpression()).isEqualTo("0 0 0 * * *"));
    }

    /** A browser's tab that is left open asks now and then, all night. */
    @Test
    void keepsNothingOpenForASocketThatIsMerelyOpen() {
        var token = given.token(given.user());
        jdbc.sql("update session set pin_expires_at = now() + interval '1 minute' where id = ?")
                .param(given.sessionId(token))
                .update();
        assertThat(sessions.recognize(token).isElevated()).isTrue();
        assertThat(isOpenFor("2 minutes", token)).isFalse();
        assertThat(sessions.authenticate(token).isElevated()).isTrue();
        assertThat(isOpenFor("2 minutes", token)).isTrue();
    }

    private boolean isOpenFor(String interval, String token) {
        return jdbc.sql("select pin_expires_at > now() + ?::interval from session where id = ?")
                .params(interval, given.sessionId(token))
                .query(Boolean.class)
                .single();
    }

    @Test
    void endsAllSessionsOfAUser(ApplicationEvents events) {
        var ana = given.user();
        var tokens = List.of(given.token(ana), given.token(ana));
        var bobs = given.token(given.user());
        sessions.closeAll(ana.userId());
        assertThat(sessions.of(ana.userId())).isEmpty();
        assertThat(events.stream(SessionClosed.class)).hasSize(tokens.size());
        assertThat(sessions.authenticate(bobs)).isNotNull();
    }
}
