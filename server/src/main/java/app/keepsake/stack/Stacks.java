package app.keepsake.stack;

import app.keepsake.asset.AssetLocks;
import app.keepsake.asset.AssetsLocked;
import app.keepsake.asset.AssetsTrashed;
import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Problem;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Stacks of the caller's own assets. */
@Service
public class Stacks {

    private final Access access;
    private final AssetLocks locks;
    private final StackRows rows;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;

    Stacks(
            Access access,
            AssetLocks locks,
            StackRows rows,
            TransactionTemplate transaction,
            ApplicationEventPublisher events) {
        this.access = access;
        this.locks = locks;
        this.rows = rows;
        this.transaction = transaction;
        this.events = events;
    }

    /**
     * The caller's stacks that show something, newest first.
     *
     * @param primaryAssetId of the only one to list; null lists all
     */
    public List<Stack> list(Caller caller, @Nullable UUID primaryAssetId) {
        return rows.list(caller.userId(), null, primaryAssetId);
    }

    public Stack get(Caller caller, UUID id) {
        return rows.list(caller.userId(), id, null).stream()
                .findFirst()
                .orElseThrow(() -> new Problem.NoAccess(Permission.STACK_READ.wireName()));
    }

    /** The stack that an asset is in, which the caller may look at. */
    public Optional<Stack> around(Caller caller, UUID assetId) {
        access.requireAsset(caller, Permission.ASSET_READ, assetId);
        return rows.around(assetId, caller.userId());
    }

    /**
     * Stacks these assets, the first on top. One that is in a stack already brings that along.
     *
     * @param assetIds at least two
     */
    public Stack create(Caller caller, List<UUID> assetIds) {
        var all = new LinkedHashSet<>(assetIds);
        if (all.size() < 2) {
            throw new Problem.Invalid("A stack needs at least two assets");
        }
        access.requireAssets(caller, Permission.ASSET_UPDATE, all);
        return change(
                caller,
                () -> {
                    locks.take(all);
                    all.addAll(rows.companions(all));
                    rows.dissolveThoseOf(all);
                    return rows.find(rows.insert(caller.userId(), assetIds.getFirst(), all))
                            .orElseThrow();
                });
    }

    /** Puts another one of its assets on top. */
    public void setPrimary(Caller caller, UUID id, UUID assetId) {
        requireStacks(caller, Permission.STACK_UPDATE, List.of(id));
        access.requireAsset(caller, Permission.ASSET_UPDATE, assetId);
        change(
                caller,
                () -> {
                    requireMember(id, assetId);
                    rows.setPrimary(id, assetId);
                    return id;
                });
    }

    /** Two that remain stay a stack; one does not. */
    public void takeOut(Caller caller, UUID id, UUID assetId) {
        requireStacks(caller, Permission.STACK_UPDATE, List.of(id));
        access.requireAsset(caller, Permission.ASSET_UPDATE, assetId);
        change(
                caller,
                () -> {
                    locks.take(List.of(assetId));
                    var stack = requireMember(id, assetId);
                    if (stack.primaryAssetId().equals(assetId)) {
                        throw new Problem.Invalid("Cannot remove primary asset from stack");
                    }
                    rows.takeOut(assetId);
                    if (stack.assetIds().size() <= 2) {
                        rows.delete(List.of(id));
                    }
                    return id;
                });
    }

    /** Its assets stay, each on its own. */
    public void delete(Caller caller, Collection<UUID> ids) {
        requireStacks(caller, Permission.STACK_DELETE, ids);
        change(
                caller,
                () -> {
                    locks.take(rows.primaries(ids));
                    rows.delete(ids);
                    return ids;
                });
    }

    /**
     * One that does not show any more would hide the others. Archived, it leads on as in Immich:
     * the archive shows them.
     */
    @EventListener
    void on(AssetsTrashed trashed) {
        promoteInsteadOf(trashed.ownerId(), trashed.assetIds());
    }

    @EventListener
    void on(AssetsLocked locked) {
        promoteInsteadOf(locked.ownerId(), locked.assetIds());
    }

    private void promoteInsteadOf(UUID ownerId, Collection<UUID> assetIds) {
        if (rows.promoteInsteadOf(assetIds) > 0) {
            events.publishEvent(new StacksChanged(ownerId));
        }
    }

    private void requireStacks(Caller caller, Permission permission, Collection<UUID> ids) {
        if (rows.ownedBy(caller.userId(), ids).size() != new HashSet<>(ids).size()) {
            throw new Problem.NoAccess(permission.wireName());
        }
    }

    private Stack requireMember(UUID id, UUID assetId) {
        return rows.find(id)
                .filter(stack -> stack.assetIds().contains(assetId))
                .orElseThrow(() -> new Problem.Invalid("Asset is not in this stack"));
    }

    private <T> T change(Caller caller, Supplier<T> change) {
        return transaction.execute(
                _ -> {
                    locks.takeOwner(caller.userId());
                    var result = change.get();
                    events.publishEvent(new StacksChanged(caller.userId()));
                    return result;
                });
    }
}
