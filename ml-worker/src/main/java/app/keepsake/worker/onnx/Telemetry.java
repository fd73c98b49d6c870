package app.keepsake.worker.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/** What ONNX Runtime would tell Microsoft. */
final class Telemetry {

    private Telemetry() {}

    /**
     * To be called before the runtime starts. Its own function for that comes too late: by then it
     * has put an identifier into the home folder and looked at this process.
     */
    static void off() {
        var linker = Linker.nativeLinker();
        var setenv =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("setenv"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT));
        try (var arena = Arena.ofConfined()) {
            int _ =
                    (int)
                            setenv.invokeExact(
                                    arena.allocateFrom("ORT_DISABLE_TELEMETRY"),
                                    arena.allocateFrom("1"),
                                    1);
        } catch (Throwable e) {
            throw new IllegalStateException("setenv failed", e);
        }
    }
}
