package app.keepsake.timeline;

import app.keepsake.asset.Visibility;
import app.keepsake.auth.Access;
import app.keepsake.auth.AlbumAccess;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.partner.Partners;
import app.keepsake.problem.Problem;
import app.keepsake.tag.Tags;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Service;

/** Months and their assets. Both answers are UTF-8 JSON in the form that Immich's clients read. */
@Service
public class Timeline {

    private final Access access;
    private final AlbumAccess albumAccess;
    private final Partners partners;
    private final Tags tags;
    private final TimelineQueries queries;

    Timeline(
            Access access,
            AlbumAccess albumAccess,
            Partners partners,
            Tags tags,
            TimelineQueries queries) {
        this.access = access;
        this.albumAccess = albumAccess;
        this.partners = partners;
        this.tags = tags;
        this.queries = queries;
    }

    /** {@code [{"timeBucket":"2024-01-01","count":3},…]}: months that hold a matching asset. */
    public byte[] buckets(Caller caller, TimelineFilter filter) {
        return queries.json(TimelineQueries.buckets(scope(caller, filter), filter));
    }

    /** The matching assets of one month, as one object of parallel arrays. */
    public byte[] bucket(Caller caller, TimelineFilter filter, LocalDate month) {
        return queries.json(
                TimelineQueries.bucket(scope(caller, filter), filter, month.withDayOfMonth(1)));
    }

    private Scope scope(Caller caller, TimelineFilter filter) {
        check(caller, filter);
        var userId = filter.userId();
        if (userId == null && filter.albumId() != null) {
            return new Scope(caller.userId(), Set.of());
        }
        var owners = new HashSet<UUID>(Set.of(userId == null ? caller.userId() : userId));
        if (filter.withPartners() && filter.visibility() == Visibility.TIMELINE) {
            owners.addAll(partners.inTimeline(caller));
        }
        return new Scope(caller.userId(), owners);
    }

    private void check(Caller caller, TimelineFilter filter) {
        if (filter.albumId() != null) {
            albumAccess.require(caller, Permission.ALBUM_READ, filter.albumId());
        }
        if (filter.tagId() != null) {
            tags.requireAll(caller, Permission.TAG_READ, List.of(filter.tagId()));
        }
        if (filter.userId() != null && !filter.userId().equals(caller.userId())) {
            checkPartner(caller, filter.userId(), filter);
        }
        UUID personId = filter.personId();
        if (personId != null && !queries.isPersonOf(caller.userId(), personId)) {
            throw new Problem.NoAccess(Permission.PERSON_READ.wireName());
        }
        if (filter.withPartners()
                && (filter.visibility() == null
                        || filter.visibility() == Visibility.ARCHIVE
                        || filter.visibility() == Visibility.LOCKED
                        || filter.isFavorite() != null
                        || Boolean.TRUE.equals(filter.isTrashed()))) {
            throw new Problem.Invalid(
                    "withPartners is only supported for non-archived, non-trashed, non-favorited assets");
        }
        if (filter.visibility() == Visibility.LOCKED) {
            access.requireElevated(caller);
        }
    }

    /** A partner's timeline may be looked at, and what is not in it may not. */
    private void checkPartner(Caller caller, UUID userId, TimelineFilter filter) {
        if (filter.visibility() == Visibility.ARCHIVE) {
            throw new Problem.NoAccess(Permission.ARCHIVE_READ.wireName());
        }
        var isOfTimeline =
                (filter.visibility() == null || filter.visibility() == Visibility.TIMELINE)
                        && !Boolean.TRUE.equals(filter.isTrashed());
        if (!isOfTimeline || !partners.isSharedWith(caller, userId)) {
            throw new Problem.NoAccess(Permission.TIMELINE_READ.wireName());
        }
    }
}
