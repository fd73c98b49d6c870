package app.keepsake.person;

import app.keepsake.asset.AssetsDeleted;
import app.keepsake.asset.AssetsLocked;
import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.config.MachineLearningConfig;
import app.keepsake.config.SystemConfig;
import app.keepsake.problem.Outcome;
import app.keepsake.problem.Problem;
import app.keepsake.storage.DiscardedFiles;
import app.keepsake.storage.Library;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The people on the caller's photos, whom nobody else is told of. What a person says of them stays,
 * however often faces are grouped anew.
 */
@Service
public class People {

    /** A face of somebody, by where it is. */
    public record On(UUID personId, UUID assetId) {}

    private final Access access;
    private final PeopleRows rows;
    private final KnownFaces known;
    private final FeatureFaces features;
    private final TransactionTemplate transaction;
    private final SystemConfig config;
    private final Library library;
    private final DiscardedFiles files;

    People(
            Access access,
            PeopleRows rows,
            KnownFaces known,
            FeatureFaces features,
            TransactionTemplate transaction,
            SystemConfig config,
            Library library,
            DiscardedFiles files) {
        this.access = access;
        this.rows = rows;
        this.known = known;
        this.features = features;
        this.transaction = transaction;
        this.config = config;
        this.library = library;
        this.files = files;
    }

    /** Those who have a name or are seen often enough, on what the caller's timeline shows. */
    public PeoplePage list(Caller caller, PeopleFilter filter) {
        var closest = closestFace(caller, filter);
        var minimum = MachineLearningConfig.of(config).facialRecognition().minFaces();
        var counts = rows.count(caller.userId(), minimum);
        var people = rows.list(caller.userId(), minimum, filter, closest);
        return new PeoplePage(
                people.stream().limit(filter.size()).toList(),
                counts.total(),
                counts.hidden(),
                people.size() > filter.size());
    }

    private @Nullable UUID closestFace(Caller caller, PeopleFilter filter) {
        var personId = filter.closestPersonId();
        if (personId != null) {
            get(caller, Permission.PERSON_READ, personId);
            return features.of(caller.userId(), personId);
        }
        var assetId = filter.closestAssetId();
        if (assetId != null) {
            // Only an owner's own: for others nobody is on it.
            access.requireAsset(caller, Permission.ASSET_UPDATE, assetId);
            return features.largestOn(assetId);
        }
        return null;
    }

    public Person get(Caller caller, UUID id) {
        return get(caller, Permission.PERSON_READ, id);
    }

    private Person get(Caller caller, Permission permission, UUID id) {
        return rows.find(caller.userId(), id)
                .orElseThrow(() -> new Problem.NoAccess(permission.wireName()));
    }

    public Person create(Caller caller, PersonChange person) {
        return get(caller, rows.insert(caller.userId(), person));
    }

    public Person update(Caller caller, UUID id, PersonChange change) {
        transaction.executeWithoutResult(
                _ -> {
                    rows.lock(caller.userId());
                    get(caller, Permission.PERSON_UPDATE, id);
                    rows.update(id, change);
                    rows.tellName(id);
                    var assetId = change.featureFaceAssetId();
                    if (assetId != null) {
                        access.requireAsset(caller, Permission.ASSET_UPDATE, assetId);
                        features.set(
                                id,
                                known.of(id, assetId).stream()
                                        .findFirst()
                                        .orElseThrow(
                                                () ->
                                                        new Problem.Invalid(
                                                                "Invalid assetId for feature face")));
                    }
                });
        files.wake();
        return get(caller, id);
    }

    /** Whether the caller has somebody of this id. */
    public boolean has(Caller caller, UUID id) {
        return rows.find(caller.userId(), id).isPresent();
    }

    /** Their faces stay, and are nobody's. */
    public void delete(Caller caller, Collection<UUID> ids) {
        transaction.executeWithoutResult(
                _ -> {
                    rows.lock(caller.userId());
                    if (rows.among(caller.userId(), ids).size() != Set.copyOf(ids).size()) {
                        throw new Problem.NoAccess(Permission.PERSON_DELETE.wireName());
                    }
                    rows.delete(ids);
                });
        files.wake();
    }

    /**
     * Makes several people one, for good: grouping anew does not part them. A name and a birthday
     * that this one lacks come from the first that has one.
     */
    public List<Outcome> merge(Caller caller, UUID into, List<UUID> ids) {
        if (ids.contains(into)) {
            throw new Problem.Invalid("Cannot merge a person into themselves");
        }
        var outcomes = new ArrayList<Outcome>();
        transaction.executeWithoutResult(
                _ -> {
                    rows.lock(caller.userId());
                    get(caller, Permission.PERSON_MERGE, into);
                    var mine = rows.among(caller.userId(), ids);
                    var merged = new LinkedHashSet<UUID>();
                    for (var id : ids) {
                        var isDone = mine.contains(id) && merged.add(id);
                        outcomes.add(
                                new Outcome(
                                        id,
                                        isDone
                                                ? null
                                                : mine.contains(id)
                                                        ? Outcome.Refusal.DUPLICATE
                                                        : Outcome.Refusal.NO_PERMISSION));
                    }
                    if (!merged.isEmpty()) {
                        rows.merge(into, merged);
                        features.mend(caller.userId());
                    }
                });
        files.wake();
        return outcomes;
    }

    /** Says that these faces are somebody's: once for each, that one as they are then. */
    public List<Person> reassign(Caller caller, UUID to, List<On> faces) {
        transaction.executeWithoutResult(
                _ -> {
                    rows.lock(caller.userId());
                    get(caller, Permission.PERSON_REASSIGN, to);
                    for (var face : faces) {
                        get(caller, Permission.PERSON_REASSIGN, face.personId());
                        access.requireAsset(caller, Permission.ASSET_UPDATE, face.assetId());
                        known.confirm(known.of(face.personId(), face.assetId()), to);
                    }
                    features.mend(caller.userId());
                });
        files.wake();
        var person = get(caller, to);
        return faces.stream().map(_ -> person).toList();
    }

    /** On how many photos of the caller's timeline somebody is. */
    public int countAssets(Caller caller, UUID id) {
        get(caller, Permission.PERSON_STATISTICS, id);
        return rows.countAssets(caller.userId(), id);
    }

    /** A JPEG of somebody's face. */
    public Path portrait(Caller caller, UUID id) {
        get(caller, id);
        return features.portrait(caller.userId(), id, caller.isElevated())
                .map(library::resolve)
                .filter(Files::exists)
                .orElseThrow(() -> new Problem.NotFound("Person has no thumbnail yet"));
    }

    /** Whose portraits were just cut from an asset. */
    public List<UUID> featuredOn(UUID assetId) {
        return features.featuredOn(assetId);
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(AssetsDeleted deleted) {
        features.mend(deleted.ownerId());
        files.wake();
    }

    /** No portrait shows what is locked. */
    @TransactionalEventListener(fallbackExecution = true)
    void on(AssetsLocked locked) {
        features.mend(locked.ownerId());
        files.wake();
    }
}
