package app.keepsake.immich.server;

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

    /**
     * @param free bytes that nobody uses
     * @param available what of them is not reserved for root
     */
    static ServerStorageResponseDto of(long size, long free, long available) {
        var used = size - free;
        return new ServerStorageResponseDto(
                readable(size),
                readable(used),
                readable(available),
                size,
                used,
                available,
                size == 0 ? 0 : Math.round(10_000.0 * used / size) / 100.0);
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
