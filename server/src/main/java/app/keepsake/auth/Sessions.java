package app.keepsake.auth;

import app.keepsake.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The sessions of logged-in devices. Read from the database with every call: none is cached.
 * Whatever ends one ends those that it has made, and publishes {@link SessionClosed} for each.
 */
@Component
public class Sessions {

    /** A new session, and its token for the only time. */
    public record Opened(SessionView session, String token) {}

    private record Found(
            UUID id, UUID userId, boolean isAdmin, boolean isElevated, boolean isToBeNoted) {

        Caller caller() {
            return new Caller(userId, isAdmin, id, null, isElevated, Set.of(Permission.ALL));
        }
    }

    /** Of a child session; what is longer than a life is no limit. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private static final String IS_ALIVE =
            """
             (s.updated_at > now() - interval '90 days' and coalesce(s.expires_at > now(), true)) \
            """;

    private final JdbcClient jdbc;
    private final SessionRepository sessions;
    private final ApplicationEventPublisher events;

    Sessions(JdbcClient jdbc, SessionRepository sessions, ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.sessions = sessions;
        this.events = events;
    }

    /**
     * Who makes a call with this token, which keeps the session alive and what it has unlocked
     * open; throws {@link Problem.Unauthenticated} if nobody does any more.
     */
    public Caller authenticate(String token) {
        var session = find(token);
        if (session.isToBeNoted()) {
            noteUse(session.id());
        }
        return session.caller();
    }

    /** Who holds this token, as {@link #authenticate}, but it counts as no use of the session. */
    public Caller recognize(String token) {
        return find(token).caller();
    }

    private Found find(String token) {
        // Noted at most hourly: an idle phone that only asks must not write to the SSD. Whoever
        // looks at locked assets goes on for five minutes, half a minute more or less.
        return jdbc.sql(
                        """
                        select s.id, s.user_id, u.is_admin,
                            coalesce(s.pin_expires_at > now(), false) as is_elevated,
                            s.updated_at < now() - interval '1 hour'
                                or coalesce(s.pin_expires_at between now()
                                    and now() + interval '270 seconds', false)
                                as is_to_be_noted
                        from session s join "user" u on u.id = s.user_id
                        where s.token = :hash and u.deleted_at is null and %s
                        """
                                .formatted(IS_ALIVE))
                .param("hash", new Token(token).hash())
                .query(Found.class)
                .optional()
                .orElseThrow(() -> new Problem.Unauthenticated("Invalid user token"));
    }

    private void noteUse(UUID id) {
        jdbc.sql(
                        """
                        update session set
                            updated_at = case when updated_at < now() - interval '1 hour'
                                then now() else updated_at end,
                            pin_expires_at = case when pin_expires_at > now()
                                then greatest(pin_expires_at, now() + interval '5 minutes')
                                else pin_expires_at end
                        where id = :id
                        """)
                .param("id", id)
                .update();
    }

    /**
     * A new session of the user; the answer is its token, which is not stored. Whoever calls this
     * has made sure, in the same transaction, that what the user has shown still counts: otherwise
     * a login under way would outlive the end of all sessions.
     *
     * @param oauthSid the OpenID provider's name for its own session, or empty; null when none
     *     opens this one
     */
    public String open(UUID userId, Device device, @Nullable String oauthSid) {
        var token = Token.generate();
        sessions.save(new Session(userId, null, token, device, null, oauthSid));
        return token.text();
    }

    /**
     * A session that ends with the caller's own, for a television, say.
     *
     * @param duration null = no longer than the caller's
     */
    public Opened openChild(Caller caller, Device device, @Nullable Duration duration) {
        var parent = requireSession(caller);
        var latest =
                jdbc.sql("select expires_at from session where id = :id")
                        .param("id", parent)
                        .query(Instant.class)
                        .optional();
        var wanted =
                duration == null || duration.compareTo(LONGEST) > 0
                        ? null
                        : Instant.now().plus(duration);
        var expiresAt = latest.filter(end -> wanted == null || end.isBefore(wanted)).orElse(wanted);
        var token = Token.generate();
        var session =
                sessions.save(new Session(caller.userId(), parent, token, device, expiresAt, null));
        return new Opened(session.view(), token.text());
    }

    /** The sessions of this user, the latest used first. */
    public List<SessionView> of(UUID userId) {
        return jdbc.sql(
                        """
                        select %s from session s where user_id = :userId and %s
                        order by updated_at desc, created_at desc, id
                        """
                                .formatted(SessionView.COLUMNS, IS_ALIVE))
                .param("userId", userId)
                .query(SessionView.class)
                .list();
    }

    public AuthStatus status(Caller caller) {
        return jdbc.sql(
                        """
                        select u.pin_code is not null as pin_code, u.password <> '' as password,
                            coalesce(s.pin_expires_at > now(), false) as is_elevated,
                            s.expires_at, s.pin_expires_at
                        from "user" u left join session s on s.id = :sessionId
                        where u.id = :userId
                        """)
                .param("sessionId", caller.sessionId())
                .param("userId", caller.userId())
                .query(AuthStatus.class)
                .single();
    }

    /** Says whether the phone of one of the caller's sessions is to sync from the start. */
    public SessionView setPendingSyncReset(Caller caller, UUID id, boolean isPending) {
        return jdbc.sql(
                        """
                        update session set is_pending_sync_reset = :isPending
                        where id = :id and user_id = :userId returning %s
                        """
                                .formatted(SessionView.COLUMNS))
                .param("isPending", isPending)
                .param("id", id)
                .param("userId", caller.userId())
                .query(SessionView.class)
                .optional()
                .orElseThrow(() -> noAccess(Permission.SESSION_UPDATE));
    }

    /** Hides locked assets from one of the caller's sessions. */
    public void lock(Caller caller, UUID id) {
        int locked =
                jdbc.sql(
                                """
                                update session set pin_expires_at = null
                                where id = :id and user_id = :userId
                                """)
                        .param("id", id)
                        .param("userId", caller.userId())
                        .update();
        if (locked == 0) {
            throw noAccess(Permission.SESSION_LOCK);
        }
    }

    /** As {@link #lock(Caller, UUID)} for the caller's own. */
    public void lock(Caller caller) {
        lock(caller, requireSession(caller));
    }

    void lockAll(UUID userId) {
        jdbc.sql("update session set pin_expires_at = null where user_id = :userId")
                .param("userId", userId)
                .update();
    }

    /** Shows locked assets to the caller's session for a quarter of an hour. */
    void elevate(Caller caller) {
        jdbc.sql(
                        """
                        update session set pin_expires_at = now() + interval '15 minutes'
                        where id = :id
                        """)
                .param("id", requireSession(caller))
                .update();
    }

    /** Ends the caller's own session; nothing happens to an API key. */
    @Transactional
    public void close(Caller caller) {
        if (caller.sessionId() != null) {
            end("id = :id", Map.of("id", caller.sessionId()));
        }
    }

    /** Ends one of the caller's sessions. */
    @Transactional
    public void close(Caller caller, UUID id) {
        if (end("id = :id and user_id = :userId", Map.of("id", id, "userId", caller.userId()))
                == 0) {
            throw noAccess(Permission.SESSION_DELETE);
        }
    }

    /** Ends all of the caller's sessions but the one that makes this call. */
    @Transactional
    public void closeOthers(Caller caller) {
        if (caller.sessionId() == null) {
            closeAll(caller.userId());
        } else {
            end(
                    "user_id = :userId and id <> :current",
                    Map.of("userId", caller.userId(), "current", caller.sessionId()));
        }
    }

    /** Ends all sessions of the user. */
    @Transactional
    public void closeAll(UUID userId) {
        end("user_id = :userId", Map.of("userId", userId));
    }

    /**
     * Ends the sessions that the OpenID provider has opened.
     *
     * @param subject whose, by the provider's name for them, or null for anyone's
     * @param oauthSid only those of this session of the provider's, or null for all of them
     */
    @Transactional
    public void closeOpenedBy(@Nullable String subject, @Nullable String oauthSid) {
        if (subject == null && oauthSid == null) {
            return;
        }
        var parameters = new HashMap<String, @Nullable Object>();
        parameters.put("subject", subject);
        parameters.put("oauthSid", oauthSid);
        end(
                """
                oauth_sid is not null
                    and (:oauthSid::text is null or oauth_sid = :oauthSid)
                    and (:subject::text is null or user_id in
                        (select id from "user" where oauth_id = :subject))
                """,
                parameters);
    }

    /** Several servers may do so at once: each leaves to the others what they are removing. */
    @Transactional
    @Scheduled(cron = "0 0 0 * * *")
    void removeDead() {
        end(
                "id in (select id from session s where not %s for update skip locked)"
                        .formatted(IS_ALIVE),
                Map.of());
    }

    /** Ends those that {@code which} names, and those that they have made; answers how many. */
    private int end(String which, Map<String, ? extends @Nullable Object> parameters) {
        var ended =
                jdbc.sql(
                                """
                                with recursive ended as (
                                    select id from session where %s
                                    union
                                    select s.id from session s join ended e on s.parent_id = e.id)
                                delete from session where id in (select id from ended) returning id
                                """
                                        .formatted(which))
                        .params(parameters)
                        .query(UUID.class)
                        .list();
        ended.forEach(id -> events.publishEvent(new SessionClosed(id)));
        return ended.size();
    }

    /** The caller's session; throws {@link Problem.Invalid} for an API key. */
    static UUID requireSession(Caller caller) {
        if (caller.sessionId() == null) {
            throw new Problem.Invalid("This endpoint can only be used with a session token");
        }
        return caller.sessionId();
    }

    private static Problem noAccess(Permission permission) {
        return new Problem.NoAccess(permission.wireName());
    }
}
