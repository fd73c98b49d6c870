package app.keepsake.storagetemplate;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.regex.Pattern;

/** Makes names of files from what people and cameras say. */
final class FileNames {

    /** What a file system's names are limited to. */
    private static final int MOST_BYTES = 255;

    /** Room for "+1234567", an extension, and ".xmp". */
    private static final int ENDING_BYTES = 40;

    /** What leads elsewhere, is no character, or no Windows share shows. */
    private static final Pattern UNSAFE =
            Pattern.compile(
                    "[/\\\\?<>:*|\"\\p{Cc}\\p{Cs}\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069]");

    private static final Pattern ENDS = Pattern.compile("^[\\s.]+|[\\s.]+$");

    private FileNames() {}

    /** A name, or a part of one; empty if nothing is left. */
    static String safe(String text) {
        // Or two names could look the same, and be the same to some file systems only.
        var composed = Normalizer.normalize(text, Normalizer.Form.NFC);
        return ENDS.matcher(UNSAFE.matcher(composed).replaceAll("")).replaceAll("");
    }

    /**
     * A path that leads downwards only, with names that are not too long.
     *
     * @param name takes the place of the last one, where the path has none
     */
    static String path(String rendered, String name) {
        var names = new ArrayList<String>();
        for (var part : rendered.split("/")) {
            var safe = safe(part);
            if (!safe.isEmpty()) {
                names.add(shortened(safe, MOST_BYTES));
            }
        }
        if (names.isEmpty() || rendered.endsWith("/")) {
            names.add(name);
        }
        names.set(names.size() - 1, shortened(names.getLast(), MOST_BYTES - ENDING_BYTES));
        return String.join("/", names);
    }

    private static String shortened(String name, int bytes) {
        var all = name.substring(0, Math.min(name.length(), bytes));
        while (all.getBytes(StandardCharsets.UTF_8).length > bytes) {
            all = all.substring(0, all.offsetByCodePoints(all.length(), -1));
        }
        return safe(all);
    }
}
