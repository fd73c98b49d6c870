package app.keepsake.place;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/**
 * What one of the files of places says: read when somebody asks, and given back when nobody has for
 * a while and the heap gets full.
 */
final class Loaded<T> {

    interface Reader<T> {
        T read(DataInputStream file) throws IOException;
    }

    private final String name;
    private final Reader<T> reader;
    private SoftReference<T> loaded = new SoftReference<>(null);

    Loaded(String name, Reader<T> reader) {
        this.name = name;
        this.reader = reader;
    }

    synchronized T get() {
        var value = loaded.get();
        if (value == null) {
            value = read();
            loaded = new SoftReference<>(value);
        }
        return value;
    }

    private T read() {
        var resource = Loaded.class.getResourceAsStream("/places/" + name);
        try (var file =
                new DataInputStream(
                        new BufferedInputStream(
                                new GZIPInputStream(Objects.requireNonNull(resource, name)),
                                1 << 16))) {
            return reader.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
