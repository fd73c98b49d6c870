package app.keepsake.worker.clip;

import java.util.regex.Pattern;

/** What people look for, before any model's own rules. */
final class SearchText {

    /**
     * Far more than the longest context can hold; keeps a hostile word from costing minutes (I7).
     */
    private static final int LONGEST = 2_000;

    private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    private SearchText() {}

    /** Not too long, and with single spaces. */
    static String clean(String text) {
        var shortened = text.substring(0, Math.min(text.length(), LONGEST));
        return SPACE.matcher(shortened.strip()).replaceAll(" ");
    }
}
