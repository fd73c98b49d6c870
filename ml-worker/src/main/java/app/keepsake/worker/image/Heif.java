package app.keepsake.worker.image;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one question that libvips does not ask libheif: what the numbers of a picture mean that has
 * no colour profile.
 */
final class Heif {

    private static final Logger log = LoggerFactory.getLogger(Heif.class);

    /** {@code struct heif_error}: a code, a finer one, a message. */
    private static final StructLayout ERROR =
            MemoryLayout.structLayout(JAVA_INT, JAVA_INT, ADDRESS);

    /** Where they lie in {@code struct heif_color_profile_nclx}, behind a byte for its version. */
    private static final int PRIMARIES = 4;

    private static final int TRANSFER = 8;

    private static final @Nullable Heif INSTANCE = find();

    private final MethodHandle alloc;
    private final MethodHandle read;
    private final MethodHandle primary;
    private final MethodHandle nclx;
    private final MethodHandle freeNclx;
    private final MethodHandle release;
    private final MethodHandle free;

    private Heif(SymbolLookup symbols) {
        alloc = handle(symbols, "heif_context_alloc", FunctionDescriptor.of(ADDRESS));
        read =
                handle(
                        symbols,
                        "heif_context_read_from_file",
                        FunctionDescriptor.of(ERROR, ADDRESS, ADDRESS, ADDRESS));
        var getter = FunctionDescriptor.of(ERROR, ADDRESS, ADDRESS);
        primary = handle(symbols, "heif_context_get_primary_image_handle", getter);
        nclx = handle(symbols, "heif_image_handle_get_nclx_color_profile", getter);
        var end = FunctionDescriptor.ofVoid(ADDRESS);
        freeNclx = handle(symbols, "heif_nclx_color_profile_free", end);
        release = handle(symbols, "heif_image_handle_release", end);
        free = handle(symbols, "heif_context_free", end);
    }

    private static @Nullable Heif find() {
        try {
            return new Heif(SymbolLookup.libraryLookup("libheif.so.1", Arena.global()));
        } catch (IllegalArgumentException e) {
            log.info("libheif is not installed: {}", e.getMessage());
            return null;
        }
    }

    private static MethodHandle handle(
            SymbolLookup symbols, String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), descriptor);
    }

    /** Null where the file says nothing, or cannot be read: its decoder will say why. */
    static @Nullable ColourSignal signalOf(Path file) {
        if (INSTANCE == null) {
            return null;
        }
        try (var arena = Arena.ofConfined()) {
            return INSTANCE.signalOf(file, arena);
        } catch (Throwable e) {
            // No C function throws; this is a wrong descriptor.
            throw new IllegalStateException("cannot call libheif", e);
        }
    }

    private @Nullable ColourSignal signalOf(Path file, Arena arena) throws Throwable {
        var context = (MemorySegment) alloc.invoke();
        var image = arena.allocate(ADDRESS);
        var signal = arena.allocate(ADDRESS);
        try {
            var name = arena.allocateFrom(file.toString());
            if (failed(read.invoke(arena, context, name, MemorySegment.NULL))
                    || failed(primary.invoke(arena, context, image))
                    || failed(nclx.invoke(arena, image.get(ADDRESS, 0), signal))) {
                return null;
            }
            var found = signal.get(ADDRESS, 0).reinterpret(TRANSFER + 4);
            return new ColourSignal(found.get(JAVA_INT, PRIMARIES), found.get(JAVA_INT, TRANSFER));
        } finally {
            freeNclx.invoke(signal.get(ADDRESS, 0)); // null is let be, in these two as in free()
            release.invoke(image.get(ADDRESS, 0));
            free.invoke(context);
        }
    }

    private static boolean failed(Object error) {
        return ((MemorySegment) error).get(JAVA_INT, 0) != 0;
    }
}
