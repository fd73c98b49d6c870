package app.keepsake.tag;

import app.keepsake.asset.Sidecars;
import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Problem;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** The caller's tags; {@link TaggedAssets} is what bears them. */
@Service
public class Tags {

    private final Access access;
    private final TagRows rows;
    private final Sidecars sidecars;
    private final TransactionTemplate transaction;

    Tags(Access access, TagRows rows, Sidecars sidecars, TransactionTemplate transaction) {
        this.access = access;
        this.rows = rows;
        this.sidecars = sidecars;
        this.transaction = transaction;
    }

    /** All of them, by their path. */
    public List<Tag> list(Caller caller) {
        return rows.all(caller.userId());
    }

    public Tag get(Caller caller, UUID id) {
        return find(caller, Permission.TAG_READ, List.of(id)).getFirst();
    }

    /** The caller's own on an asset that they may look at, by their path. */
    public List<Tag> on(Caller caller, UUID assetId) {
        access.requireAsset(caller, Permission.ASSET_READ, assetId);
        return rows.onAsset(caller.userId(), assetId);
    }

    /** Throws {@link Problem.NoAccess} unless each is a tag of the caller. */
    public void requireAll(Caller caller, Permission permission, Collection<UUID> ids) {
        find(caller, permission, ids);
    }

    /**
     * @param name one level
     * @param parentId null makes it at the top
     */
    public Tag create(Caller caller, String name, @Nullable UUID parentId, @Nullable String color) {
        var level = TagPath.name(name);
        return change(
                caller,
                () -> {
                    var path =
                            parentId == null
                                    ? new TagPath(level)
                                    : new TagPath(get(caller, parentId).value() + "/" + level);
                    return get(caller, rows.insert(caller.userId(), path.value(), parentId, color));
                });
    }

    /** The tags with these paths; what is not there yet is made, and what is above it. */
    public List<Tag> upsert(Caller caller, List<String> values) {
        var paths = values.stream().map(TagPath::parse).distinct().toList();
        var ids = transaction.execute(_ -> rows.upsert(caller.userId(), paths));
        return rows.find(
                caller.userId(), paths.stream().map(path -> ids.get(path.value())).toList());
    }

    /** Tags below it move along. */
    public void rename(Caller caller, UUID id, String name) {
        var level = TagPath.name(name);
        var bearing =
                change(
                        caller,
                        () -> {
                            var tag = find(caller, Permission.TAG_UPDATE, List.of(id)).getFirst();
                            var above = TagPath.parent(tag.value());
                            var path = new TagPath(above.isEmpty() ? level : above + "/" + level);
                            var below = rows.deepest(caller.userId(), tag.value());
                            if (path.value().length() + below > TagPath.LONGEST) {
                                throw new Problem.Invalid("A tag below it would get too long");
                            }
                            rows.rename(caller.userId(), tag.value(), path.value());
                            return rows.bearing(caller.userId(), path.value());
                        });
        sidecars.tagsRenamed(bearing);
    }

    public void setColor(Caller caller, UUID id, @Nullable String color) {
        find(caller, Permission.TAG_UPDATE, List.of(id));
        rows.setColor(id, color);
    }

    /** With those below it; what bears them stays. */
    public void delete(Caller caller, UUID id) {
        var bearing =
                change(
                        caller,
                        () -> {
                            var tag = find(caller, Permission.TAG_DELETE, List.of(id)).getFirst();
                            var borne = rows.bearing(caller.userId(), tag.value());
                            rows.delete(id);
                            return borne;
                        });
        sidecars.tagsRenamed(bearing);
    }

    /** A path is that of the tag above it and a name: both stay as they are until the end. */
    private <T> T change(Caller caller, Supplier<T> change) {
        try {
            return transaction.execute(
                    _ -> {
                        rows.lock(caller.userId());
                        return change.get();
                    });
        } catch (DuplicateKeyException e) {
            throw new Problem.Invalid("A tag with that name already exists");
        }
    }

    private List<Tag> find(Caller caller, Permission permission, Collection<UUID> ids) {
        var found = rows.find(caller.userId(), ids);
        if (found.size() != new HashSet<>(ids).size()) {
            throw new Problem.NoAccess(permission.wireName());
        }
        return found;
    }
}
