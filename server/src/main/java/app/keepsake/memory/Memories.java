package app.keepsake.memory;

import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Outcome;
import app.keepsake.problem.Problem;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** The caller's memories. They show what the caller's own timeline shows, and nothing else. */
@Service
public class Memories {

    private final Access access;
    private final MemoryRows rows;
    private final TransactionTemplate transaction;

    Memories(Access access, MemoryRows rows, TransactionTemplate transaction) {
        this.access = access;
        this.rows = rows;
        this.transaction = transaction;
    }

    /** Without those that show nothing. */
    public List<Memory> list(Caller caller, MemoryFilter filter) {
        return rows.list(caller.userId(), filter);
    }

    /** How many there are on all pages. */
    public int count(Caller caller, MemoryFilter filter) {
        return rows.count(caller.userId(), filter);
    }

    public Memory get(Caller caller, UUID id) {
        return get(caller, Permission.MEMORY_READ, id);
    }

    private Memory get(Caller caller, Permission permission, UUID id) {
        return rows.find(caller.userId(), id)
                .orElseThrow(() -> new Problem.NoAccess(permission.wireName()));
    }

    /** With those of the assets that the caller's own timeline shows. */
    public Memory create(Caller caller, NewMemory memory) {
        var allowed = access.allowed(caller, Permission.ASSET_UPDATE, memory.assetIds());
        var id =
                transaction.execute(
                        _ -> {
                            var made = rows.insert(caller.userId(), memory);
                            rows.insertAssets(made, caller.userId(), allowed);
                            return made;
                        });
        return get(caller, id);
    }

    /** Null leaves what it is. */
    public Memory update(
            Caller caller,
            UUID id,
            @Nullable Boolean isSaved,
            @Nullable Instant seenAt,
            @Nullable Instant memoryAt) {
        get(caller, Permission.MEMORY_UPDATE, id);
        rows.update(id, isSaved, seenAt, memoryAt);
        return get(caller, id);
    }

    public void delete(Caller caller, UUID id) {
        get(caller, Permission.MEMORY_DELETE, id);
        rows.delete(id);
    }

    public List<Outcome> addAssets(Caller caller, UUID id, List<UUID> assetIds) {
        get(caller, Permission.MEMORY_UPDATE, id);
        var allowed = access.allowed(caller, Permission.ASSET_UPDATE, assetIds);
        var added = rows.insertAssets(id, caller.userId(), allowed);
        return Outcome.ofAdding(assetIds, added, rows.assets().among(id, assetIds));
    }

    public List<Outcome> removeAssets(Caller caller, UUID id, List<UUID> assetIds) {
        get(caller, Permission.MEMORY_UPDATE, id);
        var removed = rows.assets().remove(id, assetIds);
        return Outcome.ofRemoving(assetIds, removed, rows.assets().among(id, assetIds));
    }
}
