package app.keepsake.duplicate;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of a choice.
 *
 * @param failure null when it was followed
 */
public record Resolution(UUID groupId, @Nullable Failure failure) {

    /** Why nothing was changed. */
    public enum Failure {
        /** The caller has no such group. */
        UNKNOWN_GROUP,
        /** It names an asset that is not in the group, or one both to keep and to trash. */
        UNFITTING
    }
}
