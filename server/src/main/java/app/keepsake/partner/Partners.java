package app.keepsake.partner;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Problem;
import app.keepsake.user.Users;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * Who shares their timeline with whom. It goes one way: who shares begins and ends it, who is
 * shared with decides whether to see it between their own photos.
 */
@Service
public class Partners {

    /** Which one of a pair the caller is. */
    public enum Direction {
        SHARED_BY_CALLER,
        SHARED_WITH_CALLER
    }

    private final JdbcClient jdbc;
    private final Users users;

    Partners(JdbcClient jdbc, Users users) {
        this.jdbc = jdbc;
        this.users = users;
    }

    /** Without those whose account is deleted. */
    public List<Partner> list(Caller caller, Direction direction) {
        var isSharing = direction == Direction.SHARED_BY_CALLER;
        return jdbc.sql(
                        """
                        select u.id as user_id, in_timeline from partner
                        join "user" u on u.id = %s and u.deleted_at is null
                        where %s = :userId
                        order by u.name, u.id
                        """
                                .formatted(
                                        isSharing ? "shared_with_id" : "shared_by_id",
                                        isSharing ? "shared_by_id" : "shared_with_id"))
                .param("userId", caller.userId())
                .query(Partner.class)
                .list();
    }

    /** Those whose photos the caller wants to see between their own. */
    public Set<UUID> inTimeline(Caller caller) {
        return jdbc.sql(
                        """
                        select shared_by_id from partner
                        join "user" u on u.id = shared_by_id and u.deleted_at is null
                        where shared_with_id = :userId and in_timeline
                        """)
                .param("userId", caller.userId())
                .query(UUID.class)
                .set();
    }

    /** Whether this user lets the caller see their timeline. */
    public boolean isSharedWith(Caller caller, UUID userId) {
        return jdbc.sql(
                        """
                        select exists (select from partner
                            join "user" u on u.id = shared_by_id and u.deleted_at is null
                            where shared_with_id = :callerId and shared_by_id = :userId)
                        """)
                .param("callerId", caller.userId())
                .param("userId", userId)
                .query(Boolean.class)
                .single();
    }

    /** Lets a user see the caller's timeline. */
    public Partner create(Caller caller, UUID withId) {
        if (withId.equals(caller.userId())) {
            throw new Problem.Invalid("Cannot be one's own partner");
        }
        var user = users.byId(Set.of(withId)).get(withId);
        if (user == null || user.deletedAt() != null) {
            throw new Problem.Invalid("User not found");
        }
        int added =
                jdbc.sql(
                                """
                                insert into partner (shared_by_id, shared_with_id)
                                values (:userId, :withId) on conflict do nothing
                                """)
                        .param("userId", caller.userId())
                        .param("withId", withId)
                        .update();
        if (added == 0) {
            throw new Problem.Invalid("Partner already exists");
        }
        return new Partner(withId, false);
    }

    /** By who is shared with. */
    public Partner update(Caller caller, UUID sharedById, boolean inTimeline) {
        int updated =
                jdbc.sql(
                                """
                                update partner set in_timeline = :inTimeline, updated_at = now()
                                where shared_by_id = :sharedById and shared_with_id = :userId
                                """)
                        .param("inTimeline", inTimeline)
                        .param("sharedById", sharedById)
                        .param("userId", caller.userId())
                        .update();
        if (updated == 0) {
            throw new Problem.NoAccess(Permission.PARTNER_UPDATE.wireName());
        }
        return new Partner(sharedById, inTimeline);
    }

    /** By who shares. */
    public void remove(Caller caller, UUID withId) {
        int removed =
                jdbc.sql(
                                """
                                delete from partner
                                where shared_by_id = :userId and shared_with_id = :withId
                                """)
                        .param("userId", caller.userId())
                        .param("withId", withId)
                        .update();
        if (removed == 0) {
            throw new Problem.Invalid("Partner not found");
        }
    }
}
