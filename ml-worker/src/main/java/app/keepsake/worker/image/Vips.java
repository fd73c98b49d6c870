package app.keepsake.worker.image;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The little of libvips that is used here, called through {@code java.lang.foreign}. Written for
 * 8.14 (Debian 12) and 8.16 (Debian 13).
 *
 * <p>libvips is set up once a process: one thread a picture, since pictures run side by side; no
 * cache of operations, since no picture comes twice; and no loader but those that the tests cover.
 */
final class Vips {

    private static final Logger log = LoggerFactory.getLogger(Vips.class);

    /** Loaders that hostile files may reach, as the names of libvips's classes. */
    private static final List<String> TRUSTED_LOADERS =
            List.of(
                    "VipsForeignLoadJpeg",
                    "VipsForeignLoadPng",
                    "VipsForeignLoadNsgif",
                    "VipsForeignLoadWebp",
                    "VipsForeignLoadTiff",
                    "VipsForeignLoadHeif",
                    "VipsForeignLoadJxl",
                    "VipsForeignLoadJp2k");

    private static final @Nullable Vips INSTANCE = start("libvips.so.42");

    private final SymbolLookup symbols;

    /** By name and types: a variadic function has another descriptor for every list of options. */
    private final Map<List<Object>, MethodHandle> functions = new ConcurrentHashMap<>();

    private Vips(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /** libvips, or empty where this machine has none; why is logged once. */
    static Optional<Vips> get() {
        return Optional.ofNullable(INSTANCE);
    }

    /** libvips by its file's name; null where it cannot be used. */
    static @Nullable Vips start(String library) {
        SymbolLookup symbols;
        try {
            symbols =
                    SymbolLookup.libraryLookup(library, Arena.global())
                            .or(SymbolLookup.libraryLookup("libgobject-2.0.so.0", Arena.global()))
                            .or(SymbolLookup.libraryLookup("libglib-2.0.so.0", Arena.global()))
                            .or(SymbolLookup.libraryLookup("libwebp.so.7", Arena.global()));
        } catch (IllegalArgumentException e) {
            log.info("libvips is not installed: {}", e.getMessage());
            return null;
        }
        var vips = new Vips(symbols);
        try (var arena = Arena.ofConfined()) {
            // Its remarks on odd files would fill the log; what matters comes as an error.
            vips.callInt("g_setenv", arena, "VIPS_WARNING", "0", 1);
            if (vips.callInt("vips_init", arena, "keepsake") != 0) {
                log.warn("libvips does not start: {}", vips.takeError());
                return null;
            }
            vips.callVoid("vips_concurrency_set", arena, 1);
            vips.callVoid("vips_cache_set_max", arena, 0);
            vips.callVoid("vips_block_untrusted_set", arena, 1);
            vips.callVoid("vips_operation_block_set", arena, "VipsForeignLoad", 1);
            for (var loader : TRUSTED_LOADERS) {
                vips.callVoid("vips_operation_block_set", arena, loader, 0);
            }
        }
        return vips;
    }

    /** The version, such as {@code 8.14.1}. */
    String version() {
        try (var arena = Arena.ofConfined()) {
            return "%d.%d.%d"
                    .formatted(
                            callInt("vips_version", arena, 0),
                            callInt("vips_version", arena, 1),
                            callInt("vips_version", arena, 2));
        }
    }

    /** A scope for one picture's work. */
    Scope open() {
        return new Scope();
    }

    /** What went wrong in libvips, in its words. */
    static final class VipsError extends Exception {
        private final String reason;

        VipsError(String reason) {
            super(reason);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /** The images and memory of one picture's work, all given back when it is closed. */
    final class Scope implements AutoCloseable {

        private final Arena arena = Arena.ofConfined();
        private final List<MemorySegment> images = new ArrayList<>();
        private final List<MemorySegment> buffers = new ArrayList<>();
        private final List<MemorySegment> arrays = new ArrayList<>();

        /**
         * Calls {@code function(first, &out, more..., options..., NULL)}, the form of every libvips
         * operation that makes an image.
         *
         * @param options names and values by turns; ints, doubles, strings and pointers
         */
        MemorySegment make(String function, Object first, List<?> more, Object... options)
                throws VipsError {
            var out = arena.allocate(ADDRESS);
            var fixed = new ArrayList<Object>();
            fixed.add(first);
            fixed.add(out);
            fixed.addAll(more);
            operation(function, arena, fixed, options);
            return own(out.get(ADDRESS, 0));
        }

        /** Calls {@code function(image, file, options..., NULL)}, a libvips saver. */
        void save(String function, MemorySegment image, Path file, Object... options)
                throws VipsError {
            operation(function, arena, List.of(image, file.toString()), options);
        }

        /** The array of numbers that some options want. */
        MemorySegment numbers(double... values) {
            var array =
                    callPointer(
                            "vips_array_double_new",
                            arena,
                            arena.allocateFrom(JAVA_DOUBLE, values),
                            values.length);
            arrays.add(array);
            return array;
        }

        /** Numbers as C functions take them. */
        MemorySegment doubles(double... values) {
            return arena.allocateFrom(JAVA_DOUBLE, values);
        }

        /** What a sample's number becomes, for each that it may be. */
        MemorySegment table(float[] values) throws VipsError {
            var data = arena.allocateFrom(JAVA_FLOAT, values);
            return ofMemory(data, new Size(values.length, 1), 1, FORMAT_FLOAT);
        }

        MemorySegment table(byte[] values) throws VipsError {
            var data = arena.allocateFrom(ValueLayout.JAVA_BYTE, values);
            return ofMemory(data, new Size(values.length, 1), 1, FORMAT_UCHAR);
        }

        /** Three rows of three, as vips_recomb wants them. */
        MemorySegment matrix(double[] values) {
            return own(
                    callPointer(
                            "vips_image_new_matrix_from_array",
                            arena,
                            3,
                            3,
                            doubles(values),
                            values.length));
        }

        /** Runs the pipeline behind an image: its pixels, rows from the top, in native memory. */
        MemorySegment pixels(MemorySegment image) throws VipsError {
            var size = arena.allocate(JAVA_LONG);
            var pixels = callPointer("vips_image_write_to_memory", arena, image, size);
            if (pixels.address() == 0) {
                throw new VipsError(takeError());
            }
            buffers.add(pixels);
            return pixels.reinterpret(size.get(JAVA_LONG, 0));
        }

        /** An sRGB image of bare pixels, with nothing else that its source's file may have held. */
        MemorySegment ofPixels(MemorySegment rgb, Size size) throws VipsError {
            var bare = ofMemory(rgb, size, 3, FORMAT_UCHAR);
            return make("vips_copy", bare, List.of(), "interpretation", INTERPRETATION_SRGB);
        }

        private MemorySegment ofMemory(MemorySegment data, Size size, int bands, int format)
                throws VipsError {
            var image =
                    callPointer(
                            "vips_image_new_from_memory",
                            arena,
                            data,
                            data.byteSize(),
                            size.width(),
                            size.height(),
                            bands,
                            format);
            if (image.address() == 0) {
                throw new VipsError(takeError());
            }
            return own(image);
        }

        /**
         * A WebP of the pixels, by libwebp itself: vips_webpsave of 8.14 writes Exif whatever it is
         * told.
         *
         * @param quality 0 to 100
         */
        byte[] webp(MemorySegment rgb, Size size, float quality) throws VipsError {
            var out = arena.allocate(ADDRESS);
            var length =
                    callLong(
                            "WebPEncodeRGB",
                            arena,
                            rgb,
                            size.width(),
                            size.height(),
                            size.width() * 3,
                            quality,
                            out);
            if (length == 0) {
                throw new VipsError("libwebp cannot encode a picture of " + size);
            }
            var data = out.get(ADDRESS, 0);
            var bytes = data.reinterpret(length).toArray(ValueLayout.JAVA_BYTE);
            callVoid("WebPFree", arena, data);
            return bytes;
        }

        Size sizeOf(MemorySegment image) {
            return new Size(
                    callInt("vips_image_get_width", arena, image),
                    callInt("vips_image_get_height", arena, image));
        }

        int bandsOf(MemorySegment image) {
            return callInt("vips_image_get_bands", arena, image);
        }

        int formatOf(MemorySegment image) {
            return callInt("vips_image_get_format", arena, image);
        }

        int interpretationOf(MemorySegment image) {
            return callInt("vips_image_get_interpretation", arena, image);
        }

        boolean hasAlpha(MemorySegment image) {
            return callInt("vips_image_hasalpha", arena, image) != 0;
        }

        /** Exif's orientation, 1 to 8. */
        int orientationOf(MemorySegment image) {
            return callInt("vips_image_get_orientation", arena, image);
        }

        boolean has(MemorySegment image, String field) {
            return callLong("vips_image_get_typeof", arena, image, field) != 0;
        }

        /** How long one round of an animation takes, in milliseconds; null for a still. */
        @Nullable Integer durationOf(MemorySegment image) throws VipsError {
            if (!has(image, "delay")) {
                return null;
            }
            var delays = arena.allocate(ADDRESS);
            var count = arena.allocate(JAVA_INT);
            if (callInt("vips_image_get_array_int", arena, image, "delay", delays, count) != 0) {
                throw new VipsError(takeError());
            }
            if (count.get(JAVA_INT, 0) < 2) {
                return null;
            }
            var all = delays.get(ADDRESS, 0).reinterpret(4L * count.get(JAVA_INT, 0));
            long sum = all.elements(JAVA_INT).mapToLong(delay -> delay.get(JAVA_INT, 0)).sum();
            return sum == 0 ? null : (int) Math.clamp(sum, 0, Integer.MAX_VALUE);
        }

        void set(MemorySegment image, String field, int value) {
            callVoid("vips_image_set_int", arena, image, field, value);
        }

        /** The bytes of a field such as a colour profile. */
        byte[] bytes(MemorySegment image, String field) throws VipsError {
            var data = arena.allocate(ADDRESS);
            var length = arena.allocate(JAVA_LONG);
            if (callInt("vips_image_get_blob", arena, image, field, data, length) != 0) {
                throw new VipsError(takeError());
            }
            return data.get(ADDRESS, 0)
                    .reinterpret(length.get(JAVA_LONG, 0))
                    .toArray(ValueLayout.JAVA_BYTE);
        }

        /** The text of a field. */
        String text(MemorySegment image, String field) throws VipsError {
            var text = arena.allocate(ADDRESS);
            if (callInt("vips_image_get_string", arena, image, field, text) != 0) {
                throw new VipsError(takeError());
            }
            return text.get(ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0);
        }

        /** Makes whatever computes this image fail soon. Called from another thread. */
        void kill(MemorySegment image) {
            try (var own = Arena.ofConfined()) {
                callVoid("vips_image_set_kill", own, image, 1);
            }
        }

        private MemorySegment own(MemorySegment image) {
            images.add(image);
            return image;
        }

        @Override
        public void close() {
            for (var image : images.reversed()) {
                callVoid("g_object_unref", arena, image);
            }
            for (var buffer : buffers) {
                callVoid("g_free", arena, buffer);
            }
            for (var array : arrays) {
                callVoid("vips_area_unref", arena, array);
            }
            arena.close();
        }
    }

    static final int FORMAT_UCHAR = 0;
    static final int FORMAT_USHORT = 2;
    private static final int FORMAT_FLOAT = 6;
    static final int INTERPRETATION_CMYK = 15;
    static final int INTERPRETATION_SRGB = 22;

    private void operation(String name, Arena arena, List<?> fixed, Object... options)
            throws VipsError {
        var arguments = new ArrayList<Object>(fixed);
        arguments.addAll(List.of(options));
        arguments.add(MemorySegment.NULL);
        int result =
                (int) call(name, arena, JAVA_INT, fixed.size(), arguments.toArray(Object[]::new));
        if (result != 0) {
            throw new VipsError(takeError());
        }
    }

    /**
     * libvips keeps one buffer of errors for all threads: with several pictures at a time a message
     * may hold another's lines too.
     */
    private String takeError() {
        try (var arena = Arena.ofConfined()) {
            var copy = callPointer("vips_error_buffer_copy", arena);
            var text = copy.reinterpret(Long.MAX_VALUE).getString(0).strip();
            callVoid("g_free", arena, copy);
            return text.lines().distinct().reduce((a, b) -> a + "; " + b).orElse("no reason given");
        }
    }

    private int callInt(String name, Arena arena, Object... arguments) {
        return (int) call(name, arena, JAVA_INT, -1, arguments);
    }

    private long callLong(String name, Arena arena, Object... arguments) {
        return (long) call(name, arena, JAVA_LONG, -1, arguments);
    }

    private MemorySegment callPointer(String name, Arena arena, Object... arguments) {
        return (MemorySegment) call(name, arena, ADDRESS, -1, arguments);
    }

    private void callVoid(String name, Arena arena, Object... arguments) {
        // An integer result that is not looked at: right for a C function that returns nothing too.
        call(name, arena, JAVA_INT, -1, arguments);
    }

    /**
     * @param firstVariadic the position of the first variadic argument, or -1
     */
    private Object call(
            String name, Arena arena, ValueLayout result, int firstVariadic, Object... arguments) {
        var layouts = new MemoryLayout[arguments.length];
        var values = new Object[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            values[i] = arguments[i] instanceof String s ? arena.allocateFrom(s) : arguments[i];
            layouts[i] = layoutOf(values[i]);
        }
        var key = List.<Object>of(name, List.of(layouts));
        var function =
                functions.computeIfAbsent(
                        key,
                        _ ->
                                Linker.nativeLinker()
                                        .downcallHandle(
                                                symbols.findOrThrow(name),
                                                FunctionDescriptor.of(result, layouts),
                                                firstVariadic < 0
                                                        ? new Linker.Option[0]
                                                        : new Linker.Option[] {
                                                            Linker.Option.firstVariadicArg(
                                                                    firstVariadic)
                                                        }));
        try {
            return function.invokeWithArguments(values);
        } catch (Throwable e) {
            // No C function throws; this is a wrong descriptor.
            throw new IllegalStateException("cannot call " + name, e);
        }
    }

    private static MemoryLayout layoutOf(Object value) {
        return switch (value) {
            case Integer _ -> JAVA_INT;
            case Long _ -> JAVA_LONG;
            case Double _ -> JAVA_DOUBLE;
            case Float _ -> JAVA_FLOAT;
            case MemorySegment _ -> ADDRESS;
            default -> throw new IllegalArgumentException("no C type for " + value.getClass());
        };
    }
}
