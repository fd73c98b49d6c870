package app.keepsake.place;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The time zones of all land. None lies in two countries, but where it is disputed whose the land
 * is, so they also tell in which country a position is.
 *
 * @param all in the order of their ids
 */
record Zones(List<Zone> all) {

    /** Of a degree: some 10 m. */
    private static final double SCALE = 10_000;

    /**
     * @param countries ISO 3166 codes, first whose it is by tzdata
     */
    record Zone(String id, List<String> countries, List<Ring> rings) {

        /** Islands and holes are rings alike: what is in an odd number of them is inside. */
        private boolean holds(int latitude, int longitude) {
            var inside = false;
            for (var ring : rings) {
                inside ^= ring.holds(latitude, longitude);
            }
            return inside;
        }
    }

    /**
     * A closed line, packed as in the file: all borders are 1,000,000 points.
     *
     * @param points latitudes and longitudes by turns, each as what it differs from the one before
     */
    private record Ring(int south, int west, int north, int east, byte[] points) {

        /** By how often a line from there to the east meets it. */
        boolean holds(int latitude, int longitude) {
            if (latitude < south || latitude > north || longitude < west || longitude > east) {
                return false;
            }
            var left = ByteBuffer.wrap(points);
            int y = next(left);
            int x = next(left);
            var inside = false;
            while (left.hasRemaining()) {
                int nextY = y + next(left);
                int nextX = x + next(left);
                if (y > latitude != nextY > latitude) {
                    var part = (double) (latitude - y) / (nextY - y);
                    inside ^= longitude < x + part * (nextX - x);
                }
                y = nextY;
                x = nextX;
            }
            return inside;
        }

        /** Seven bits a byte, the lowest first; the lowest of all is the sign. */
        private static int next(ByteBuffer left) {
            int number = 0;
            for (int shift = 0; ; shift += 7) {
                var part = left.get();
                number |= (part & 0x7f) << shift;
                if (part >= 0) {
                    return number >>> 1 ^ -(number & 1);
                }
            }
        }
    }

    Optional<Zone> at(double latitude, double longitude) {
        var north = (int) Math.round(latitude * SCALE);
        var east = (int) Math.round(longitude * SCALE);
        return all.stream().filter(zone -> zone.holds(north, east)).findFirst();
    }

    static Zones read(DataInputStream file) throws IOException {
        var zones = new ArrayList<Zone>();
        for (int left = file.readInt(); left > 0; left--) {
            var id = file.readUTF();
            var countries = new String[file.readUnsignedByte()];
            for (int i = 0; i < countries.length; i++) {
                countries[i] = file.readUTF();
            }
            var rings = new Ring[file.readInt()];
            for (int i = 0; i < rings.length; i++) {
                rings[i] = ring(file);
            }
            zones.add(new Zone(id, List.of(countries), List.of(rings)));
        }
        return new Zones(zones);
    }

    private static Ring ring(DataInputStream file) throws IOException {
        return new Ring(
                file.readInt(),
                file.readInt(),
                file.readInt(),
                file.readInt(),
                file.readNBytes(file.readInt()));
    }
}
