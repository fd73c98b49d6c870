package app.keepsake.album;

import app.keepsake.album.Album.Member;
import app.keepsake.auth.AlbumAccess;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Problem;
import app.keepsake.user.Users;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Who is in albums. Editors may share an album, but only an owner makes owners or changes one, and
 * the last owner cannot leave.
 */
@Service
public class AlbumMembers {

    private final AlbumAccess access;
    private final AlbumRows rows;
    private final Users users;
    private final TransactionTemplate transaction;

    AlbumMembers(AlbumAccess access, AlbumRows rows, Users users, TransactionTemplate transaction) {
        this.access = access;
        this.rows = rows;
        this.users = users;
        this.transaction = transaction;
    }

    /** All of them, or none when one is in it already or does not exist. */
    public void add(Caller caller, UUID albumId, List<Member> members) {
        access.require(caller, Permission.ALBUM_SHARE, albumId);
        if (members.stream().anyMatch(member -> member.role() == Role.OWNER)) {
            access.require(caller, Permission.ALBUM_DELETE, albumId);
        }
        requireUsers(members);
        transaction.executeWithoutResult(
                _ -> {
                    rows.lock(albumId);
                    insert(albumId, members);
                });
    }

    public void setRole(Caller caller, UUID albumId, UUID userId, Role role) {
        access.require(caller, Permission.ALBUM_SHARE, albumId);
        transaction.executeWithoutResult(
                _ -> {
                    rows.lock(albumId);
                    if (roleOf(albumId, userId) == Role.OWNER || role == Role.OWNER) {
                        access.require(caller, Permission.ALBUM_DELETE, albumId);
                    }
                    if (role != Role.OWNER) {
                        requireAnotherOwner(albumId, userId);
                    }
                    rows.updateMember(albumId, userId, role);
                });
    }

    /** Anyone may leave. */
    public void remove(Caller caller, UUID albumId, UUID userId) {
        var isLeaving = userId.equals(caller.userId());
        access.require(caller, isLeaving ? Permission.ALBUM_READ : Permission.ALBUM_SHARE, albumId);
        transaction.executeWithoutResult(
                _ -> {
                    rows.lock(albumId);
                    if (roleOf(albumId, userId) == Role.OWNER) {
                        access.require(caller, Permission.ALBUM_DELETE, albumId);
                    }
                    requireAnotherOwner(albumId, userId);
                    rows.deleteMember(albumId, userId);
                });
    }

    void requireUsers(List<Member> members) {
        var ids = members.stream().map(Member::userId).collect(Collectors.toSet());
        var found = users.byId(ids);
        for (var id : ids) {
            var user = found.get(id);
            if (user == null || user.deletedAt() != null) {
                throw new Problem.Invalid("User not found");
            }
        }
    }

    void insert(UUID albumId, List<Member> members) {
        for (var member : members) {
            if (!rows.insertMember(albumId, member.userId(), member.role())) {
                throw new Problem.Invalid("User already added");
            }
        }
    }

    private Role roleOf(UUID albumId, UUID userId) {
        return rows.role(albumId, userId)
                .orElseThrow(() -> new Problem.Invalid("Album not shared with user"));
    }

    private void requireAnotherOwner(UUID albumId, UUID userId) {
        if (roleOf(albumId, userId) == Role.OWNER && rows.owners(albumId) == 1) {
            throw new Problem.Invalid("Cannot remove album owner");
        }
    }
}
