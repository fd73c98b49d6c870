package app.keepsake.person;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Problem;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Users who let their faces be grouped together: somebody whom one of them knows is known on the
 * others' photos, too, and has the same name there. Each keeps people of their own, whom nobody
 * else sees or changes. Every user is in a group, most of them alone; joining one takes a request
 * of its members and the yes of whom they ask.
 */
@Service
public class ClusterGroups {

    /**
     * A request to join a group.
     *
     * @param userId who is asked
     */
    public record Request(UUID id, UUID clusterGroupId, UUID userId, Instant createdAt) {}

    private final JdbcClient jdbc;
    private final Regrouping regrouping;

    ClusterGroups(JdbcClient jdbc, Regrouping regrouping) {
        this.jdbc = jdbc;
        this.regrouping = regrouping;
    }

    /** What the caller was asked. */
    public List<Request> requestsTo(Caller caller) {
        return jdbc.sql(SELECT + "where user_id = ? order by created_at, id")
                .param(caller.userId())
                .query(Request.class)
                .list();
    }

    /** Whom the caller's group has asked. */
    public List<Request> requestsOf(Caller caller, UUID groupId) {
        requireMember(caller, Permission.CLUSTER_GROUP_REQUEST_READ, groupId);
        return jdbc.sql(SELECT + "where cluster_group_id = ? order by created_at, id")
                .param(groupId)
                .query(Request.class)
                .list();
    }

    /** Asks somebody to join the caller's group; whom it has asked already is not asked twice. */
    @Transactional
    public Request ask(Caller caller, UUID groupId, UUID userId) {
        requireMember(caller, Permission.CLUSTER_GROUP_REQUEST_CREATE, groupId);
        var isStranger =
                jdbc.sql(
                                """
                                select exists (select from "user"
                                    where id = ? and deleted_at is null and cluster_group_id <> ?)
                                """)
                        .params(userId, groupId)
                        .query(Boolean.class)
                        .single();
        if (!isStranger) {
            throw new Problem.Invalid("There is no such user who is not in the group");
        }
        jdbc.sql(
                        """
                        insert into cluster_group_request (cluster_group_id, user_id) values (?, ?)
                        on conflict do nothing
                        """)
                .params(groupId, userId)
                .update();
        return jdbc.sql(SELECT + "where cluster_group_id = ? and user_id = ?")
                .params(groupId, userId)
                .query(Request.class)
                .single();
    }

    /** Says no to a request, or takes one back. */
    @Transactional
    public void delete(Caller caller, UUID requestId) {
        var isDone =
                jdbc.sql(
                                        """
                                        delete from cluster_group_request
                                        where id = :id and (user_id = :me or cluster_group_id =
                                            (select cluster_group_id from "user" where id = :me))
                                        """)
                                .param("id", requestId)
                                .param("me", caller.userId())
                                .update()
                        == 1;
        if (!isDone) {
            throw new Problem.NoAccess(Permission.CLUSTER_GROUP_REQUEST_DELETE.wireName());
        }
    }

    /** The caller leaves the group that they are in for the one that has asked them. */
    @Transactional
    public void accept(Caller caller, UUID requestId) {
        var group =
                jdbc.sql(
                                """
                                delete from cluster_group_request where id = ? and user_id = ?
                                returning cluster_group_id
                                """)
                        .params(requestId, caller.userId())
                        .query(UUID.class)
                        .optional()
                        .orElseThrow(
                                () ->
                                        new Problem.NoAccess(
                                                Permission.CLUSTER_GROUP_REQUEST_CREATE
                                                        .wireName()));
        if (members(group).isEmpty()) {
            throw new Problem.Invalid("The group is gone");
        }
        move(caller.userId(), group);
        regrouping.want(members(group), false);
    }

    /** The caller's people stay theirs; their faces are grouped alone from now on. */
    @Transactional
    public void leave(Caller caller, UUID groupId) {
        requireMember(caller, Permission.CLUSTER_GROUP_LEAVE, groupId);
        if (members(groupId).size() > 1) {
            move(caller.userId(), UUID.randomUUID());
        }
    }

    private void move(UUID userId, UUID groupId) {
        jdbc.sql("update \"user\" set cluster_group_id = ? where id = ?")
                .params(groupId, userId)
                .update();
    }

    /** Groups all faces of all members from scratch, but for what each of them said. */
    public void regenerate(Caller caller, UUID groupId) {
        requireMember(caller, Permission.CLUSTER_GROUP_READ, groupId);
        regrouping.want(members(groupId), true);
    }

    /** Who is in the caller's group, the oldest account first. */
    public List<UUID> members(Caller caller, UUID groupId) {
        requireMember(caller, Permission.CLUSTER_GROUP_READ, groupId);
        return members(groupId);
    }

    private List<UUID> members(UUID groupId) {
        return jdbc.sql(
                        """
                        select id from "user" where cluster_group_id = ? and deleted_at is null
                        order by created_at, id
                        """)
                .param(groupId)
                .query(UUID.class)
                .list();
    }

    private void requireMember(Caller caller, Permission permission, UUID groupId) {
        if (!members(groupId).contains(caller.userId())) {
            throw new Problem.NoAccess(permission.wireName());
        }
    }

    private static final String SELECT =
            "select id, cluster_group_id, user_id, created_at from cluster_group_request ";
}
