package app.keepsake.worker.onnx;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** The process's memory, seen from the operating system. */
final class Memory {

    /** Null but with glibc: musl's allocator needs no telling. */
    private static final @Nullable MethodHandle MALLOC_TRIM =
            Linker.nativeLinker()
                    .defaultLookup()
                    .find("malloc_trim")
                    .map(
                            function ->
                                    Linker.nativeLinker()
                                            .downcallHandle(
                                                    function,
                                                    FunctionDescriptor.of(
                                                            ValueLayout.JAVA_INT,
                                                            ValueLayout.JAVA_LONG)))
                    .orElse(null);

    private Memory() {}

    /**
     * Returns what is free to the operating system. glibc keeps the pages of a closed model
     * otherwise, for ever.
     */
    static void giveBack() {
        // Once per closed model, not on a hot path; the collector shrinks the heap only when it
        // runs.
        System.gc();
        if (MALLOC_TRIM == null) {
            return;
        }
        try {
            int _ = (int) MALLOC_TRIM.invokeExact(0L);
        } catch (Throwable e) {
            throw new IllegalStateException("malloc_trim failed", e);
        }
    }
}
