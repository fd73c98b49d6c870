package app.keepsake.problem;

import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A value as a caller wrote it, read as strictly as Immich reads it.
 *
 * @param name what the caller calls it, for {@link Problem.Invalid}
 * @param text null when it was not sent; it then reads as null
 */
public record Sent(String name, @Nullable String text) {

    private static final Pattern UUID_V4 =
            Pattern.compile(
                    "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
                    Pattern.CASE_INSENSITIVE);

    /** Not "on", "yes" or "1", as Spring would take. */
    public @Nullable Boolean flag() {
        return switch (text) {
            case null -> null;
            case "true" -> true;
            case "false" -> false;
            default -> throw new Problem.Invalid(name + " must be true or false");
        };
    }

    /** Written in full: {@link UUID#fromString} would take "1-1-1-1-1". */
    public @Nullable UUID uuid() {
        if (text != null && !UUID_V4.matcher(text).matches()) {
            throw new Problem.Invalid(name + " must be a UUID");
        }
        return text == null ? null : UUID.fromString(text);
    }

    /** As it is, unless it has a NUL: Postgres takes none in a text, so nothing has one. */
    public @Nullable String plain() {
        if (text != null && text.indexOf('\0') >= 0) {
            throw new Problem.Invalid(name + " must be a text");
        }
        return text;
    }

    public @Nullable String oneOf(List<String> words) {
        if (text != null && !words.contains(text)) {
            throw new Problem.Invalid(name + " must be one of " + String.join(", ", words));
        }
        return text;
    }
}
