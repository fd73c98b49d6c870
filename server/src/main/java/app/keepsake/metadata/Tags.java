package app.keepsake.metadata;

import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The values in a file's directories and in its XMP. Each is null if absent. */
final class Tags {

    final Xmp xmp;
    private final Metadata file;

    Tags(Metadata file) {
        this.file = file;
        xmp = Xmp.of(file);
    }

    /** How to ask one directory for one value. */
    interface Question<D, T> {
        @Nullable T ask(D directory);
    }

    /** The first answer that is fit, among the directories of a kind. */
    <D extends Directory, T> @Nullable T each(
            Class<D> type, Question<D, T> question, Predicate<T> isFit) {
        for (var directory : file.getDirectoriesOfType(type)) {
            var found = question.ask(directory);
            if (found != null && isFit.test(found)) {
                return found;
            }
        }
        return null;
    }

    @Nullable String text(Class<? extends Directory> type, int tag) {
        return each(type, directory -> clean(directory.getString(tag)), text -> true);
    }

    /** The value in the words of metadata-extractor. */
    @Nullable String description(Class<? extends Directory> type, int tag) {
        return each(type, directory -> clean(directory.getDescription(tag)), text -> true);
    }

    @Nullable Integer integer(Class<? extends Directory> type, int tag) {
        return each(type, directory -> directory.getInteger(tag), number -> true);
    }

    /** One that counts or measures something. */
    @Nullable Integer positive(Class<? extends Directory> type, int tag) {
        return each(type, directory -> directory.getInteger(tag), number -> number > 0);
    }

    @Nullable Double number(Class<? extends Directory> type, int tag) {
        return each(type, directory -> directory.getDoubleObject(tag), Double::isFinite);
    }

    static List<String> clean(List<String> values) {
        var kept = new LinkedHashSet<String>();
        for (var value : values) {
            if (clean(value) instanceof String text) {
                kept.add(text);
            }
        }
        return List.copyOf(kept);
    }

    /** Postgres takes no NUL in a text, and a blank text says nothing. */
    static @Nullable String clean(@Nullable String text) {
        if (text == null) {
            return null;
        }
        var clean = text.replace("\0", "").strip();
        return clean.isEmpty() ? null : clean;
    }

    @SafeVarargs
    static <T> @Nullable T first(@Nullable T... values) {
        for (var value : values) {
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}
