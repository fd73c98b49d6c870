package app.keepsake.album;

import app.keepsake.album.Album.Contribution;
import app.keepsake.album.Album.Member;
import app.keepsake.album.Album.Statistics;
import app.keepsake.auth.AlbumAccess;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Problem;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Albums as a whole; {@link AlbumAssets} and {@link AlbumMembers} are what and who is in them. */
@Service
public class Albums {

    private final AlbumAccess access;
    private final AlbumQueries queries;
    private final AlbumRows rows;
    private final AlbumMembers members;
    private final TransactionTemplate transaction;

    Albums(
            AlbumAccess access,
            AlbumQueries queries,
            AlbumRows rows,
            AlbumMembers members,
            TransactionTemplate transaction) {
        this.access = access;
        this.queries = queries;
        this.rows = rows;
        this.members = members;
        this.transaction = transaction;
    }

    /** The albums that the caller is in, newest first. */
    public List<Album> list(Caller caller, AlbumFilter filter) {
        return queries.find(caller.userId(), filter);
    }

    public Album get(Caller caller, UUID albumId) {
        return list(caller, AlbumFilter.of(albumId)).stream()
                .findFirst()
                .orElseThrow(() -> new Problem.NoAccess(Permission.ALBUM_READ.wireName()));
    }

    /** Who gave how many of the assets that it shows, the most first. */
    public List<Contribution> contributions(Caller caller, UUID albumId) {
        access.require(caller, Permission.ALBUM_READ, albumId);
        return queries.contributions(albumId);
    }

    public Statistics statistics(Caller caller) {
        return queries.statistics(caller.userId());
    }

    /** {@code [{"id","lat","lon","city","state","country"},…]} of the assets with a place. */
    public byte[] mapMarkers(Caller caller, UUID albumId) {
        access.require(caller, Permission.ALBUM_READ, albumId);
        return queries.mapMarkers(albumId);
    }

    /**
     * Makes an empty album that the caller owns.
     *
     * @param others who is in it besides; the caller is refused here ({@link Problem.Invalid}), as
     *     is who does not exist
     */
    public UUID create(Caller caller, String name, String description, List<Member> others) {
        if (others.stream().anyMatch(other -> other.userId().equals(caller.userId()))) {
            throw new Problem.Invalid("Cannot share album with owner");
        }
        members.requireUsers(others);
        return transaction.execute(
                _ -> {
                    var albumId = rows.insert(caller.userId(), name, description);
                    rows.insertMember(albumId, caller.userId(), Role.OWNER);
                    members.insert(albumId, others);
                    return albumId;
                });
    }

    /** The new cover, if any, must be an asset that the album shows. */
    public void update(Caller caller, UUID albumId, AlbumEdit edit) {
        access.require(caller, Permission.ALBUM_UPDATE, albumId);
        transaction.executeWithoutResult(
                _ -> {
                    // Who trashes or locks an asset holds it first and then its albums, so do we.
                    var cover = edit.thumbnailAssetId();
                    if (cover != null && !rows.shows(albumId, cover)) {
                        throw new Problem.Invalid("Invalid album thumbnail");
                    }
                    rows.lock(albumId);
                    rows.update(albumId, edit);
                });
    }

    /** Its assets stay. */
    public void delete(Caller caller, UUID albumId) {
        access.require(caller, Permission.ALBUM_DELETE, albumId);
        rows.delete(albumId);
    }
}
