package app.keepsake.person;

import app.keepsake.problem.Problem;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which of a user's people.
 *
 * @param page from 1
 * @param closestPersonId those who look like them first
 * @param closestAssetId as the person on it
 */
public record PeopleFilter(
        int page,
        int size,
        boolean withHidden,
        @Nullable UUID closestPersonId,
        @Nullable UUID closestAssetId) {

    private static final int MOST = 1_000;

    public PeopleFilter {
        if (page < 1) {
            throw new Problem.Invalid("page must not be less than 1");
        }
        if (size < 1 || size > MOST) {
            throw new Problem.Invalid("size must be from 1 to " + MOST);
        }
    }
}
