package app.keepsake.immich.server;

import app.keepsake.storage.Volume;
import java.util.Locale;

/** The disk that the library is on; the raw numbers are bytes. */
record ServerStorageResponseDto(
        String diskSize,
        String diskUse,
        String diskAvailable,
        long diskSizeRaw,
        long diskUseRaw,
        long diskAvailableRaw,
        double diskUsagePercentage) {

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    static ServerStorageResponseDto of(Volume.Space space) {
        var used = space.total() - space.free();
        return new ServerStorageResponseDto(
                readable(space.total()),
                readable(used),
                readable(space.usable()),
                space.total(),
                used,
                space.usable(),
                Math.round(10_000.0 * used / space.total()) / 100.0);
    }

    /** {@code "1.5 TiB"}. */
    static String readable(long bytes) {
        var value = (double) bytes;
        var unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }
}
