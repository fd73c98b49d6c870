package app.keepsake.timeline;

import app.keepsake.asset.Visibility;
import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import java.time.LocalDate;
import java.util.UUID;
import org.springframework.stereotype.Service;

/** Months and their assets. Both answers are UTF-8 JSON in the form that Immich's clients read. */
@Service
public class Timeline {

    private final Access access;
    private final TimelineQueries queries;

    Timeline(Access access, TimelineQueries queries) {
        this.access = access;
        this.queries = queries;
    }

    /** {@code [{"timeBucket":"2024-01-01","count":3},…]}: months that hold a matching asset. */
    public byte[] buckets(Caller caller, TimelineFilter filter) {
        check(caller, filter);
        return queries.json(TimelineQueries.buckets(caller.userId(), filter));
    }

    /** The matching assets of one month, as one object of parallel arrays. */
    public byte[] bucket(Caller caller, TimelineFilter filter, LocalDate month) {
        check(caller, filter);
        return queries.json(
                TimelineQueries.bucket(caller.userId(), filter, month.withDayOfMonth(1)));
    }

    private void check(Caller caller, TimelineFilter filter) {
        // Albums, tags and partners are not there yet, so no id of one is anyone's.
        if (filter.albumId() != null) {
            throw new Problem.NoAccess("album.read");
        }
        if (filter.tagId() != null) {
            throw new Problem.NoAccess("tag.read");
        }
        if (filter.userId() != null && !filter.userId().equals(caller.userId())) {
            throw new Problem.NoAccess("timeline.read");
        }
        UUID personId = filter.personId();
        if (personId != null && !queries.isPersonOf(caller.userId(), personId)) {
            throw new Problem.NoAccess("person.read");
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
}
