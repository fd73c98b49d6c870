package app.keepsake.immich.person;

import app.keepsake.problem.Change;
import app.keepsake.problem.Problem;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what is said of somebody where a JSON null means "no longer". */
final class PersonWords {

    private static final Pattern COLOR =
            Pattern.compile("#?([0-9A-Fa-f]{3}|[0-9A-Fa-f]{4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})");

    private PersonWords() {}

    static @Nullable Change<LocalDate> birthDate(@Nullable JsonNode sent) {
        if (sent == null) {
            return null;
        }
        if (sent.isNull()) {
            return new Change<>(null);
        }
        try {
            return new Change<>(LocalDate.parse(sent.asString("")));
        } catch (DateTimeException e) {
            throw new Problem.Invalid("birthDate must be a date like 1990-12-31");
        }
    }

    static @Nullable Change<String> color(@Nullable JsonNode sent) {
        if (sent == null) {
            return null;
        }
        if (sent.isNull()) {
            return new Change<>(null);
        }
        var color = sent.asString("");
        if (!COLOR.matcher(color).matches()) {
            throw new Problem.Invalid("color must be a hex colour like #ff8800");
        }
        return new Change<>(color.startsWith("#") ? color : "#" + color);
    }
}
