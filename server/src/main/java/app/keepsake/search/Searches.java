package app.keepsake.search;

import app.keepsake.auth.Access;
import app.keepsake.auth.AlbumAccess;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.config.MachineLearningConfig;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.TextVectors;
import app.keepsake.jobs.TextVectorsUnavailable;
import app.keepsake.partner.Partners;
import app.keepsake.problem.Problem;
import app.keepsake.tag.Tags;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Finds the caller's own assets, those in the timeline of partners whom the caller wants to see in
 * theirs, and those of everyone in an album that the caller is in.
 */
@Service
public class Searches {

    private final SystemConfig config;
    private final Access access;
    private final AlbumAccess albumAccess;
    private final Tags tags;
    private final Partners partners;
    private final TextVectors words;
    private final SearchQueries queries;

    Searches(
            SystemConfig config,
            Access access,
            AlbumAccess albumAccess,
            Tags tags,
            Partners partners,
            TextVectors words,
            SearchQueries queries) {
        this.config = config;
        this.access = access;
        this.albumAccess = albumAccess;
        this.tags = tags;
        this.partners = partners;
        this.words = words;
        this.queries = queries;
    }

    public Found find(Caller caller, Criteria criteria, Order order, Page page) {
        prepare(caller, criteria);
        return queries.find(caller.userId(), criteria, order, page);
    }

    /**
     * Assets whose picture is like the words, the likest first.
     *
     * @param language what the words are written in, as a BCP 47 tag, for a model that knows
     *     several
     * @throws Problem.Invalid when administrators want no such search
     * @throws Problem.Unavailable when no worker answers
     */
    public Found findLike(
            Caller caller, String text, @Nullable String language, Criteria criteria, Page page) {
        requireEmbeddings();
        prepare(caller, criteria);
        try {
            return queries.nearest(caller.userId(), words.of(text, language), criteria, page);
        } catch (TextVectorsUnavailable e) {
            throw new Problem.Unavailable(String.valueOf(e.getMessage()));
        }
    }

    /** Assets whose picture is like that of another, which itself comes first. */
    public Found findLike(Caller caller, UUID assetId, Criteria criteria, Page page) {
        requireEmbeddings();
        prepare(caller, criteria);
        access.requireAsset(caller, Permission.ASSET_READ, assetId);
        return queries.embeddingOf(assetId)
                .map(it -> queries.nearest(caller.userId(), it, criteria, page))
                .orElseThrow(
                        () -> new Problem.Invalid("Asset %s has no embedding".formatted(assetId)));
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
