package app.keepsake.worker.governor;

import app.keepsake.jobs.WorkerState.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Linux tells of the machine. Every file may be missing: no two boards have the same
 * ones, and some kernels refuse to read what they list.
 */
final class Gauges {

    private static final long KB = 1024;
    private static final Pattern PROCESSOR =
            Pattern.compile(".*(cpu|soc|pkg|core|x86).*", Pattern.CASE_INSENSITIVE);

    private final Path root;

    /**
     * @param root where {@code proc} and {@code sys} lie
     */
    Gauges(Path root) {
        this.root = root;
    }

    Machine read() {
        var memory = memory();
        return new Machine(
                temperature(),
                pressure("cpu", "some"),
                pressure("memory", "full"),
                pressure("io", "some"),
                load(),
                memory == null ? null : memory.free,
                memory == null ? null : memory.total,
                throttled());
    }

    /** The machine's name. */
    String name() {
        var name = text("proc/sys/kernel/hostname");
        return name == null || name.isEmpty() ? "worker" : name;
    }

    private @Nullable String text(String file) {
        return text(root.resolve(file));
    }

    private static @Nullable String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return null; // not on this machine
        }
    }

    /** Of the hottest sensor in a processor. */
    private @Nullable Double temperature() {
        Double hottest = null;
        try (var zones =
                Files.newDirectoryStream(root.resolve("sys/class/thermal"), "thermal_zone*")) {
            for (var zone : zones) {
                var type = text(zone.resolve("type"));
                var degrees = number(text(zone.resolve("temp")));
                if (type != null && degrees != null && PROCESSOR.matcher(type).matches()) {
                    var here = degrees / 1000;
                    hottest = hottest == null ? here : Math.max(hottest, here);
                }
            }
        } catch (IOException e) {
            return null;
        }
        return hottest;
    }

    /** The average of ten seconds, in percent; null where the kernel keeps none. */
    private @Nullable Double pressure(String of, String whom) {
        var text = text("proc/pressure/" + of);
        if (text == null) {
            return null;
        }
        var found = Pattern.compile("(?m)^" + whom + " avg10=([0-9.]+)").matcher(text);
        return found.find() ? number(found.group(1)) : null;
    }

    private @Nullable Double load() {
        var text = text("proc/loadavg");
        return text == null ? null : number(text.split(" ")[0]);
    }

    private record Memory(long free, long total) {}

    /** What can be had without swapping: the machine's, or what a limit leaves of it. */
    private @Nullable Memory memory() {
        var text = text("proc/meminfo");
        if (text == null) {
            return null;
        }
        var available = kilobytes(text, "MemAvailable");
        var all = kilobytes(text, "MemTotal");
        if (available == null || all == null) {
            return null;
        }
        long free = available * KB;
        long total = all * KB;
        for (var group : groups()) {
            var limit = number(text(group.resolve("memory.max"))); // or the word max
            var used = number(text(group.resolve("memory.current")));
            if (limit != null && used != null) {
                // What is cached of files is given up before anything is killed.
                var cached = field(text(group.resolve("memory.stat")), "inactive_file ");
                double left = limit - used + (cached == null ? 0 : cached);
                free = Math.max(0, Math.min(free, (long) left));
                total = Math.min(total, limit.longValue());
            }
        }
        var ceiling = ceiling();
        var data = field(text("proc/self/status"), "VmData:");
        if (ceiling != null && data != null) {
            free = Math.max(0, Math.min(free, ceiling - data * KB));
            total = Math.min(total, ceiling);
        }
        return new Memory(free, total);
    }

    /** The limit of this process alone ({@code ulimit -d}), in bytes; null if there is none. */
    private @Nullable Long ceiling() {
        var limits = text("proc/self/limits");
        var found =
                Pattern.compile("(?m)^Max data size +(\\d+) ")
                        .matcher(limits == null ? "" : limits);
        return found.find() ? Long.valueOf(found.group(1)) : null;
    }

    /** The control groups (version 2) that this process is in, from its own to the root. */
    private List<Path> groups() {
        var groups = new ArrayList<Path>();
        var own = text("proc/self/cgroup");
        if (own == null) {
            return groups;
        }
        var found = Pattern.compile("(?m)^0::/(.*)$").matcher(own);
        if (found.find()) {
            var top = root.resolve("sys/fs/cgroup").normalize();
            @Nullable Path group = top.resolve(found.group(1)).normalize();
            while (group != null && group.startsWith(top)) {
                groups.add(group);
                group = group.getParent();
            }
        }
        return groups;
    }

    private static @Nullable Long kilobytes(String text, String name) {
        return field(text, name + ":");
    }

    private static @Nullable Long field(@Nullable String text, String name) {
        if (text == null) {
            return null;
        }
        var found = Pattern.compile("(?m)^" + Pattern.quote(name) + "\\s*([0-9]+)").matcher(text);
        return found.find() ? Long.valueOf(found.group(1)) : null;
    }

    /** What a Raspberry Pi's firmware says of this moment; bits above these are of the past. */
    private List<String> throttled() {
        var text = text("sys/devices/platform/soc/soc:firmware/get_throttled");
        var flags = new ArrayList<String>();
        if (text == null) {
            return flags;
        }
        long bits;
        try {
            bits = Long.parseLong(text.toLowerCase(Locale.ROOT).replaceFirst("^0x", ""), 16);
        } catch (NumberFormatException e) {
            return flags;
        }
        var names = List.of("underVoltage", "frequencyCapped", "throttled", "softTemperatureLimit");
        for (int bit = 0; bit < names.size(); bit++) {
            if ((bits >> bit & 1) == 1) {
                flags.add(names.get(bit));
            }
        }
        return flags;
    }

    private static @Nullable Double number(@Nullable String text) {
        try {
            return text == null ? null : Double.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
