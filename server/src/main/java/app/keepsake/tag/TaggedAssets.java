package app.keepsake.tag;

import app.keepsake.asset.AssetLocks;
import app.keepsake.asset.AssetsUpdated;
import app.keepsake.asset.Sidecars;
import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Outcome;
import app.keepsake.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.Gatherers;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Which of the caller's own assets bear which tags. */
@Service
public class TaggedAssets {

    /** So that no transaction lasts a second. */
    private static final int MOST_AT_ONCE = 5_000;

    private final Access access;
    private final Tags tags;
    private final TagRows rows;
    private final AssetLocks locks;
    private final Sidecars sidecars;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;

    TaggedAssets(
            Access access,
            Tags tags,
            TagRows rows,
            AssetLocks locks,
            Sidecars sidecars,
            TransactionTemplate transaction,
            ApplicationEventPublisher events) {
        this.access = access;
        this.tags = tags;
        this.rows = rows;
        this.locks = locks;
        this.sidecars = sidecars;
        this.transaction = transaction;
        this.events = events;
    }

    /** Puts all of the tags on those of the assets that are the caller's; counts what was new. */
    public int addAll(Caller caller, Collection<UUID> tagIds, List<UUID> assetIds) {
        tags.requireAll(caller, Permission.TAG_ASSET, tagIds);
        if (tagIds.size() > MOST_AT_ONCE) {
            throw new Problem.Invalid("tagIds must be at most " + MOST_AT_ONCE);
        }
        var count = 0;
        for (var part : parts(assetIds, MOST_AT_ONCE / Math.max(tagIds.size(), 1))) {
            count += add(caller, tagIds, part).size();
        }
        return count;
    }

    public List<Outcome> add(Caller caller, UUID tagId, List<UUID> assetIds) {
        tags.requireAll(caller, Permission.TAG_ASSET, List.of(tagId));
        var outcomes = new ArrayList<Outcome>(assetIds.size());
        for (var part : parts(assetIds, MOST_AT_ONCE)) {
            var added = add(caller, List.of(tagId), part);
            outcomes.addAll(Outcome.ofAdding(part, added, rows.assets().among(tagId, part)));
        }
        return outcomes;
    }

    public List<Outcome> remove(Caller caller, UUID tagId, List<UUID> assetIds) {
        tags.requireAll(caller, Permission.TAG_ASSET, List.of(tagId));
        var outcomes = new ArrayList<Outcome>(assetIds.size());
        for (var part : parts(assetIds, MOST_AT_ONCE)) {
            var allowed = access.allowed(caller, Permission.ASSET_UPDATE, part);
            var removed =
                    transaction.execute(
                            _ -> {
                                locks.take(allowed);
                                var gone = rows.assets().remove(tagId, allowed);
                                publish(caller, gone);
                                return gone;
                            });
            outcomes.addAll(Outcome.ofRemoving(part, removed, rows.assets().among(tagId, part)));
        }
        return outcomes;
    }

    /**
     * Follows what an asset's file says, in the caller's transaction: tags that are new in it are
     * put on, tags that have gone from it are taken off. Once a person has changed an asset's tags,
     * they are not followed any more.
     *
     * @param before what the file said the last time
     */
    public void follow(UUID assetId, Collection<String> before, Collection<String> now) {
        var old = paths(before);
        var fresh = paths(now);
        var gone = old.stream().filter(path -> !fresh.contains(path)).toList();
        fresh.removeAll(old);
        if (fresh.isEmpty() && gone.isEmpty()) {
            return;
        }
        var ownerId = rows.ownerOf(assetId);
        rows.takeOff(ownerId, assetId, gone);
        var ids = rows.upsert(ownerId, fresh);
        rows.insertAssets(
                fresh.stream().map(path -> ids.get(path.value())).toList(), List.of(assetId));
    }

    /** What is no tag, or far too long, is none here. */
    private static HashSet<TagPath> paths(Collection<String> texts) {
        var paths = new HashSet<TagPath>();
        for (var text : texts) {
            try {
                paths.add(TagPath.parse(text));
            } catch (Problem.Invalid e) {
                // It stays in asset_exif, as the file has it.
            }
        }
        return paths;
    }

    private List<UUID> add(Caller caller, Collection<UUID> tagIds, List<UUID> assetIds) {
        var allowed = access.allowed(caller, Permission.ASSET_UPDATE, assetIds);
        return transaction.execute(
                _ -> {
                    locks.take(allowed);
                    var added = rows.insertAssets(tagIds, allowed);
                    publish(caller, added);
                    return added;
                });
    }

    private void publish(Caller caller, Collection<UUID> assetIds) {
        if (!assetIds.isEmpty()) {
            var each = assetIds.stream().distinct().toList();
            sidecars.tagsChanged(each);
            events.publishEvent(new AssetsUpdated(caller.userId(), each));
        }
    }

    private static List<List<UUID>> parts(List<UUID> ids, int size) {
        return ids.stream().gather(Gatherers.windowFixed(size)).toList();
    }
}
