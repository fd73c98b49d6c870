package app.keepsake.storage;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** OpenSSL's SHA-1 by its EVP functions, which pick the processor's best code. */
final class LibcryptoSha1 implements Sha1 {

    /** The functions of the library, bound once. */
    private record Functions(
            MethodHandle newContext,
            MethodHandle freeContext,
            MethodHandle start,
            MethodHandle update,
            MethodHandle finish,
            MemorySegment sha1) {

        static Functions bind(SymbolLookup library) throws Throwable {
            var algorithm = function(library, "EVP_sha1", ADDRESS);
            return new Functions(
                    function(library, "EVP_MD_CTX_new", ADDRESS),
                    Linker.nativeLinker()
                            .downcallHandle(
                                    library.findOrThrow("EVP_MD_CTX_free"),
                                    FunctionDescriptor.ofVoid(ADDRESS)),
                    function(library, "EVP_DigestInit_ex", JAVA_INT, ADDRESS, ADDRESS, ADDRESS),
                    // Critical: reads the Java array in place, without a copy.
                    Linker.nativeLinker()
                            .downcallHandle(
                                    library.findOrThrow("EVP_DigestUpdate"),
                                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG),
                                    Linker.Option.critical(true)),
                    function(library, "EVP_DigestFinal_ex", JAVA_INT, ADDRESS, ADDRESS, ADDRESS),
                    (MemorySegment) algorithm.invokeExact());
        }

        private static MethodHandle function(
                SymbolLookup library, String name, MemoryLayout result, MemoryLayout... arguments) {
            return Linker.nativeLinker()
                    .downcallHandle(
                            library.findOrThrow(name), FunctionDescriptor.of(result, arguments));
        }
    }

    private static final @Nullable Functions FUNCTIONS = bind();

    private final Functions functions;
    private MemorySegment context;

    private LibcryptoSha1(Functions functions) {
        this.functions = functions;
        try {
            context = (MemorySegment) functions.newContext().invokeExact();
            check(
                    !context.equals(MemorySegment.NULL)
                            && (int)
                                            functions
                                                    .start()
                                                    .invokeExact(
                                                            context,
                                                            functions.sha1(),
                                                            MemorySegment.NULL)
                                    == 1);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Makes new hashes, or empty where there is no libcrypto 3 or it refuses SHA-1. */
    static Optional<Supplier<Sha1>> load() {
        var functions = FUNCTIONS;
        return functions == null
                ? Optional.empty()
                : Optional.of(() -> new LibcryptoSha1(functions));
    }

    private static @Nullable Functions bind() {
        try {
            var functions =
                    Functions.bind(SymbolLookup.libraryLookup("libcrypto.so.3", Arena.global()));
            try (var trial = new LibcryptoSha1(functions)) {
                trial.digest();
            }
            return functions;
        } catch (Throwable e) {
            // No such library or function, or no SHA-1 by policy: the JDK's serves.
            return null;
        }
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        try {
            var input = MemorySegment.ofArray(bytes).asSlice(offset, length);
            check((int) functions.update().invokeExact(context, input, (long) length) == 1);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public byte[] digest() {
        try (var arena = Arena.ofConfined()) {
            var result = arena.allocate(20);
            check((int) functions.finish().invokeExact(context, result, MemorySegment.NULL) == 1);
            return result.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public void close() {
        if (!context.equals(MemorySegment.NULL)) {
            try {
                functions.freeContext().invokeExact(context);
            } catch (Throwable e) {
                throw unexpected(e);
            }
            context = MemorySegment.NULL;
        }
    }

    private static void check(boolean succeeded) {
        if (!succeeded) {
            throw new IllegalStateException("libcrypto failed");
        }
    }

    private static RuntimeException unexpected(Throwable e) {
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }
}
