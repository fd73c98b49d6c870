package app.keepsake.storagetemplate;

import java.util.regex.Pattern;

/**
 * The names that an original may have by the template: the one that it wants, or with "+1", "+2"…
 * if others have that.
 *
 * @param stem a path without its extension
 * @param extension without its dot
 */
record Wanted(String stem, String extension) {

    private static final Pattern NUMBER = Pattern.compile("(\\+\\d+)?");

    String name(int number) {
        return number == 0
                ? "%s.%s".formatted(stem, extension)
                : "%s+%d.%s".formatted(stem, number, extension);
    }

    /** What has a number keeps it, also when the name without is free by now. */
    boolean isMetBy(String path) {
        var end = "." + extension;
        return path.length() >= stem.length() + end.length()
                && path.startsWith(stem)
                && path.endsWith(end)
                && NUMBER.matcher(path.substring(stem.length(), path.length() - end.length()))
                        .matches();
    }
}
