package app.keepsake.storagetemplate;

import app.keepsake.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A template of paths, in the part of Handlebars that Immich's templates are written in: {@code
 * {{token}}} and {@code {{#if token}}…{{else}}…{{/if}}}. No more of Handlebars: its libraries for
 * Java bring a JavaScript engine, and ways to read any file or bean.
 */
final class StorageTemplate {

    /** Longer ones make longer names than file systems take. */
    private static final int MOST_CHARACTERS = 1_000;

    private static final Pattern TAG = Pattern.compile("\\{\\{\\{?\\s*([^{}]*?)\\s*}?}}");

    private sealed interface Part {

        record Text(String text) implements Part {}

        record Value(String token) implements Part {}

        record Choice(String token, List<Part> then, List<Part> otherwise) implements Part {}
    }

    private final List<Part> parts;

    private StorageTemplate(List<Part> parts) {
        this.parts = parts;
    }

    /**
     * @throws Problem.Invalid for what is no template, or would give files no name
     */
    static StorageTemplate parse(String template) {
        if (template.length() > MOST_CHARACTERS) {
            throw invalid("it is longer than %d characters".formatted(MOST_CHARACTERS));
        }
        var parsed = new StorageTemplate(new Parser(template).all());
        if (parsed.render(PathValues.EXAMPLE).matches("(.*/)?[\\s.]*")) {
            throw invalid("it names folders, but no files");
        }
        return parsed;
    }

    /** The path of a file, without an extension; it may end with a slash or hold empty names. */
    String render(PathValues values) {
        var path = new StringBuilder();
        render(parts, values, path);
        return path.toString();
    }

    private static void render(List<Part> parts, PathValues values, StringBuilder path) {
        for (var part : parts) {
            switch (part) {
                case Part.Text(var text) -> path.append(text);
                case Part.Value(var token) -> path.append(values.of(token));
                case Part.Choice(var token, var then, var otherwise) ->
                        render(values.of(token).isEmpty() ? otherwise : then, values, path);
            }
        }
    }

    private static Problem.Invalid invalid(String why) {
        return new Problem.Invalid("Invalid storage template: " + why);
    }

    private static final class Parser {

        private final String template;
        private final List<MatchResult> tags;
        private int tag;
        private int at;

        Parser(String template) {
            this.template = template;
            this.tags = TAG.matcher(template).results().toList();
        }

        List<Part> all() {
            var parts = new ArrayList<Part>();
            var end = upToEnd(parts);
            if (end != null) {
                throw invalid("{{%s}} ends nothing".formatted(end));
            }
            return parts;
        }

        /** Returns the tag that ends these parts, or null at the end of the template. */
        private @Nullable String upToEnd(List<Part> parts) {
            while (tag < tags.size()) {
                var next = tags.get(tag++);
                addText(parts, next.start());
                at = next.end();
                var word = next.group(1);
                if (word.equals("else") || word.equals("/if")) {
                    return word;
                }
                parts.add(
                        word.startsWith("#if ")
                                ? choice(known(word.substring(4).strip()))
                                : new Part.Value(known(word)));
            }
            addText(parts, template.length());
            return null;
        }

        private Part choice(String token) {
            var then = new ArrayList<Part>();
            var otherwise = new ArrayList<Part>();
            var end = upToEnd(then);
            if ("else".equals(end)) {
                end = upToEnd(otherwise);
            }
            if (!"/if".equals(end)) {
                throw invalid("{{#if %s}} has no end".formatted(token));
            }
            return new Part.Choice(token, then, otherwise);
        }

        private void addText(List<Part> parts, int end) {
            var text = template.substring(at, end);
            if (text.contains("{{") || text.contains("}}")) {
                throw invalid("“%s” is not complete".formatted(text.strip()));
            }
            if (!text.isEmpty()) {
                parts.add(new Part.Text(text));
            }
        }

        private static String known(String token) {
            if (!PathValues.isToken(token)) {
                throw invalid("there is no {{%s}}".formatted(token));
            }
            return token;
        }
    }
}
