package app.keepsake.tag;

import app.keepsake.problem.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Where a tag stands: its own name last, "/" between levels, no level empty. */
record TagPath(String value) {

    /** In characters; an index of the database holds it. */
    static final int LONGEST = 500;

    TagPath {
        if (value.isEmpty() || value.length() > LONGEST) {
            throw new Problem.Invalid("A tag needs 1 to %d characters".formatted(LONGEST));
        }
    }

    /** As people write it: empty levels are passed over. */
    static TagPath parse(String text) {
        return new TagPath(
                Arrays.stream(text.split("/"))
                        .map(String::strip)
                        .filter(level -> !level.isEmpty())
                        .collect(Collectors.joining("/")));
    }

    /** One level. */
    static String name(String text) {
        var name = text.strip();
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            throw new Problem.Invalid("A tag's name must not be empty or hold a slash");
        }
        return name;
    }

    /** Itself and those above it, the topmost first. */
    List<String> levels() {
        var levels = new ArrayList<String>();
        for (var end = value.indexOf('/'); end >= 0; end = value.indexOf('/', end + 1)) {
            levels.add(value.substring(0, end));
        }
        levels.add(value);
        return levels;
    }

    /** What stands above it, or "" at the top. */
    static String parent(String value) {
        return value.substring(0, Math.max(value.lastIndexOf('/'), 0));
    }
}
