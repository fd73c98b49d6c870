package app.keepsake.search;

import app.keepsake.asset.Visibility;
import app.keepsake.auth.Access;
import app.keepsake.auth.AlbumAccess;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.config.MachineLearningConfig;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.Embedding;
import app.keepsake.jobs.TextVectors;
import app.keepsake.jobs.TextVectorsUnavailable;
import app.keepsake.partner.Partners;
import app.keepsake.person.Person;
import app.keepsake.problem.Problem;
import app.keepsake.search.Column.Comparison;
import app.keepsake.tag.Tags;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Finds the caller's own assets, those in the timeline of partners whom the caller wants to see in
 * theirs, and those of everyone in an album that the caller is in.
 */
@Service
public class Searches {

    /** A value that assets have, and one of them. */
    public record Example(String value, UUID assetId) {}

    /**
     * The stack that an asset is in.
     *
     * @param assets how many of its assets the caller sees
     */
    public record InStack(UUID id, UUID primaryAssetId, int assets) {}

    /** Of those that match best, so many can be sorted by something else. */
    static final int MOST_SORTED = Page.LARGEST;

    private static final int MOST_VALUES = 5_000;
    private static final int MOST_PEOPLE = 20;
    private static final int MOST_TO_EXPLORE = 12;
    private static final int FEWEST_TO_EXPLORE = 5;

    /** How sure the model must be of a thing. */
    private static final double LIKELY = 0.3;

    private final SystemConfig config;
    private final Access access;
    private final AlbumAccess albumAccess;
    private final Tags tags;
    private final Partners partners;
    private final TextVectors words;
    private final SearchQueries queries;
    private final Similar similar;

    Searches(
            SystemConfig config,
            Access access,
            AlbumAccess albumAccess,
            Tags tags,
            Partners partners,
            TextVectors words,
            SearchQueries queries,
            Similar similar) {
        this.config = config;
        this.access = access;
        this.albumAccess = albumAccess;
        this.tags = tags;
        this.partners = partners;
        this.words = words;
        this.queries = queries;
        this.similar = similar;
    }

    public Found find(Caller caller, Criteria criteria, Order order, Page page) {
        prepare(caller, criteria);
        return queries.find(caller.userId(), criteria, order, page);
    }

    /** Some, each as likely as any other. */
    public List<UUID> random(Caller caller, Criteria criteria, int size) {
        prepare(caller, criteria);
        return queries.random(caller.userId(), criteria, size);
    }

    public long count(Caller caller, Criteria criteria) {
        prepare(caller, criteria);
        return queries.count(caller.userId(), criteria);
    }

    /**
     * Assets whose picture is like the words, the likest first.
     *
     * @param language what the words are written in, as a BCP 47 tag, for a model that knows
     *     several
     * @param order of the likest thousand, instead
     * @throws Problem.Invalid when administrators want no such search
     * @throws Problem.Unavailable when no worker answers
     */
    public Found findLike(
            Caller caller,
            String text,
            @Nullable String language,
            Criteria criteria,
            @Nullable Order order,
            Page page) {
        requireEmbeddings();
        prepare(caller, criteria);
        try {
            return nearest(caller, words.of(text, language), criteria, order, page);
        } catch (TextVectorsUnavailable e) {
            throw new Problem.Unavailable(String.valueOf(e.getMessage()));
        }
    }

    /** Assets whose picture is like that of another, which itself comes first. */
    public Found findLike(
            Caller caller, UUID assetId, Criteria criteria, @Nullable Order order, Page page) {
        requireEmbeddings();
        prepare(caller, criteria);
        access.requireAsset(caller, Permission.ASSET_READ, assetId);
        return similar.embeddingOf(assetId)
                .map(it -> nearest(caller, it, criteria, order, page))
                .orElseThrow(
                        () -> new Problem.Invalid("Asset %s has no embedding".formatted(assetId)));
    }

    private Found nearest(
            Caller caller,
            Embedding embedding,
            Criteria criteria,
            @Nullable Order order,
            Page page) {
        if (order == null) {
            return similar.nearest(caller.userId(), embedding, criteria, page);
        }
        var likest =
                similar.nearest(caller.userId(), embedding, criteria, new Page(1, MOST_SORTED));
        criteria.oneOf(Column.ID, likest.assetIds().toArray(UUID[]::new), false);
        var sorted = queries.find(caller.userId(), criteria, order, page);
        // A page of the likest is asked for by its number, however they are sorted.
        return new Found(sorted.assetIds(), sorted.hasMore(), null);
    }

    /** What a column's values are among these assets, in their order. */
    public List<String> values(Caller caller, Criteria criteria, Column column) {
        prepare(caller, criteria);
        criteria.compare(column, Comparison.DIFFERENT, null);
        return queries.values(caller.userId(), criteria, column, MOST_VALUES);
    }

    /** The newest asset of each city in the caller's timeline, in the order of their names. */
    public List<UUID> ofEachCity(Caller caller) {
        var criteria = own();
        prepare(caller, criteria);
        return queries.ofEachCity(caller.userId(), criteria, MOST_VALUES);
    }

    /** The cities where most of the caller's own were taken, most first; no partner's. */
    public List<Example> citiesToExplore(Caller caller) {
        return queries.citiesWithMost(caller.userId(), own(), FEWEST_TO_EXPLORE, MOST_TO_EXPLORE);
    }

    /**
     * What most of the caller's own pictures show; nothing unless administrators want things named.
     */
    public List<Example> thingsToExplore(Caller caller) {
        return queries.things(caller.userId(), own(), LIKELY, FEWEST_TO_EXPLORE, MOST_TO_EXPLORE);
    }

    /** In the timeline of whoever asks, before partners come to it. */
    private static Criteria own() {
        var criteria = new Criteria();
        criteria.visibility(Visibility.TIMELINE);
        return criteria;
    }

    /** The caller's people one of whose names begins so. */
    public List<Person> people(Caller caller, String name, boolean withHidden) {
        return name.isBlank()
                ? List.of()
                : queries.people(caller.userId(), name.strip(), withHidden, MOST_PEOPLE);
    }

    /** Who is seen on the assets, as far as these are the caller's own. */
    public Map<UUID, List<Person>> peopleOn(Caller caller, List<UUID> assetIds) {
        return queries.peopleOn(
                caller.userId(),
                List.copyOf(access.allowed(caller, Permission.ASSET_READ, assetIds)));
    }

    /** Those of the assets that are in a stack. */
    public Map<UUID, InStack> stacksOf(Caller caller, List<UUID> assetIds) {
        return queries.stacksOf(
                caller.userId(),
                List.copyOf(access.allowed(caller, Permission.ASSET_READ, assetIds)));
    }

    private void requireEmbeddings() {
        if (!MachineLearningConfig.of(config).wantsClip()) {
            throw new Problem.Invalid("Smart search is not enabled");
        }
    }

    private void prepare(Caller caller, Criteria criteria) {
        albumAccess.requireAll(caller, Permission.ALBUM_READ, criteria.albumIds());
        tags.requireAll(caller, Permission.TAG_READ, criteria.tagIds());
        if (criteria.includesLocked()) {
            access.requireElevated(caller);
        }
        criteria.partners(partners.inTimeline(caller));
    }
}
