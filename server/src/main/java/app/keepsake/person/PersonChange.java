package app.keepsake.person;

import app.keepsake.problem.Change;
import app.keepsake.problem.Problem;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is to be said of somebody; null leaves what it is.
 *
 * @param featureFaceAssetId an asset that shows them, whose face becomes their portrait
 */
public record PersonChange(
        @Nullable String name,
        @Nullable Change<LocalDate> birthDate,
        @Nullable Change<String> color,
        @Nullable Boolean isHidden,
        @Nullable Boolean isFavorite,
        @Nullable UUID featureFaceAssetId) {

    private static final int LONGEST_NAME = 1_000;

    public PersonChange {
        if (name != null && (name.length() > LONGEST_NAME || name.indexOf('\0') >= 0)) {
            throw new Problem.Invalid(
                    "name must be a text of at most %d characters".formatted(LONGEST_NAME));
        }
        var day = birthDate == null ? null : birthDate.value();
        // Where the day is furthest on, it may be tomorrow here.
        if (day != null && day.isAfter(LocalDate.now(ZoneOffset.ofHours(14)))) {
            throw new Problem.Invalid("Birth date cannot be in the future");
        }
        if (day != null && day.getYear() < 1) {
            throw new Problem.Invalid("birthDate must be a date");
        }
    }
}
