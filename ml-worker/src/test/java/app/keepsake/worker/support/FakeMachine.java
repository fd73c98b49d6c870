package app.keepsake.worker.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.springframework.beans.factory.annotation.Value;

/** The files under {@code /proc} and {@code /sys} of a machine, as it would have them. */
public class FakeMachine {

    private final Path root;

    public FakeMachine(@Value("${keepsake.governor.root}") Path root) {
        this.root = root;
    }

    public Path root() {
        return root;
    }

    public void temperature(double degrees) {
        write("sys/class/thermal/thermal_zone0/type", "cpu-thermal");
        write("sys/class/thermal/thermal_zone0/temp", Math.round(degrees * 1000));
    }

    /** As vcgencmd prints it, without 0x. */
    public void throttled(String bits) {
        write("sys/devices/platform/soc/soc:firmware/get_throttled", bits);
    }

    public void memory(long freeMb, long totalMb) {
        write(
                "proc/meminfo",
                """
                MemTotal:       %d kB
                MemFree:            1000 kB
                MemAvailable:   %d kB
                """
                        .formatted(totalMb << 10, freeMb << 10));
    }

    /**
     * @param of cpu, memory or io
     */
    public void pressure(String of, double some, double full) {
        write(
                "proc/pressure/" + of,
                """
                some avg10=%.2f avg60=0.00 avg300=0.00 total=0
                full avg10=%.2f avg60=0.00 avg300=0.00 total=0
                """
                        .formatted(some, full));
    }

    public void load(double load) {
        write("proc/loadavg", "%.2f 0.00 0.00 1/100 1000".formatted(load));
    }

    public void write(String file, Object content) {
        try {
            var path = root.resolve(file);
            Files.createDirectories(path.getParent());
            // At once, as the kernel's are.
            var draft = Files.writeString(path.resolveSibling("draft"), content + "\n");
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void remove(String file) {
        try {
            Files.deleteIfExists(root.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
