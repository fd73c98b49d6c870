package app.keepsake.auth;

import app.keepsake.problem.Problem;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The sessions of logged-in devices. Read from the database with every call: none is cached. */
@Component
public class Sessions {

    private record Found(
            UUID id, UUID userId, boolean isAdmin, boolean isStale, boolean isElevated) {}

    private final JdbcClient jdbc;
    private final SessionRepository sessions;

    Sessions(JdbcClient jdbc, SessionRepository sessions) {
        this.jdbc = jdbc;
        this.sessions = sessions;
    }

    /** Who holds this token; throws {@link Problem.Unauthenticated} if nobody does any more. */
    public Caller authenticate(String token) {
        var session =
                jdbc.sql(
                                """
                                select s.id, s.user_id, u.is_admin,
                                    s.updated_at < now() - interval '1 hour' as is_stale,
                                    coalesce(s.pin_expires_at > now(), false) as is_elevated
                                from session s join "user" u on u.id = s.user_id
                                where s.token = :hash and u.deleted_at is null
                                    and s.updated_at > now() - interval '90 days'
                                    and coalesce(s.expires_at > now(), true)
                                """)
                        .param("hash", new Token(token).hash())
                        .query(Found.class)
                        .optional()
                        .orElseThrow(() -> new Problem.Unauthenticated("Invalid user token"));
        if (session.isStale()) {
            // At most hourly: an idle phone that only asks must not write to the SSD.
            jdbc.sql(
                            """
                            update session set updated_at = now()
                            where id = :id and updated_at < now() - interval '1 hour'
                            """)
                    .param("id", session.id())
                    .update();
        }
        return new Caller(
                session.userId(),
                session.isAdmin(),
                session.id(),
                null,
                session.isElevated(),
                Set.of(Permission.ALL));
    }

    /** Ends the caller's own session; nothing happens to an API key. */
    public void close(Caller caller) {
        if (caller.sessionId() != null) {
            sessions.delete(caller.sessionId());
        }
    }

    /** A new session of the user; the answer is its token, which is not stored. */
    String open(UUID userId, Device device) {
        var token = Token.generate();
        sessions.save(new Session(userId, token, device));
        return token.text();
    }
}
