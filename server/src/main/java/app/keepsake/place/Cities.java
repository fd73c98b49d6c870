package app.keepsake.place;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Where some 200,000 cities lie, from south to north; as columns, which take 5 MB. */
final class Cities {

    /** How far off the next city may be, in metres. */
    private static final double FARTHEST = 25_000;

    /** Of a degree: some 1 m. */
    private static final double SCALE = 100_000;

    private static final double EARTH_RADIUS = 6_371_000;
    private static final int NO_STATE = 0xffff;

    /** What the data are called, and of which day they are. */
    final String source;

    final String date;
    private final Map<String, String> countryNames;
    private final String[] countries;
    private final String[] states;
    private final int[] latitudes;
    private final int[] longitudes;
    private final short[] countryOf;
    private final short[] stateOf;
    private final int[] nameEnds;
    private final byte[] names;

    private Cities(DataInputStream file) throws IOException {
        source = file.readUTF();
        date = file.readUTF();
        countries = new String[file.readInt()];
        countryNames = new TreeMap<>();
        for (int i = 0; i < countries.length; i++) {
            countries[i] = file.readUTF();
            countryNames.put(countries[i], file.readUTF());
        }
        states = new String[file.readInt()];
        for (int i = 0; i < states.length; i++) {
            states[i] = file.readUTF();
        }
        var count = file.readInt();
        latitudes = ints(file, count);
        longitudes = ints(file, count);
        countryOf = shorts(file, count);
        stateOf = shorts(file, count);
        nameEnds = ints(file, count);
        names = file.readNBytes(nameEnds[count - 1]);
    }

    static Cities read(DataInputStream file) throws IOException {
        return new Cities(file);
    }

    private static int[] ints(DataInputStream file, int count) throws IOException {
        var numbers = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = file.readInt();
        }
        return numbers;
    }

    private static short[] shorts(DataInputStream file, int count) throws IOException {
        var numbers = new short[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = file.readShort();
        }
        return numbers;
    }

    /** The next city, as long as it lies in one of these countries and is not too far off. */
    @Nullable Place nearest(double latitude, double longitude, Collection<String> inCountries) {
        var reach = Math.toDegrees(FARTHEST / EARTH_RADIUS);
        var nearest = -1;
        var shortest = FARTHEST;
        for (int i = from(latitude - reach); i < from(latitude + reach); i++) {
            var distance = distance(latitude, longitude, i);
            if (distance < shortest && inCountries.contains(countries[countryOf[i]])) {
                nearest = i;
                shortest = distance;
            }
        }
        return nearest < 0 ? null : place(nearest);
    }

    private record Match(int rank, String folded, int city) {}

    /**
     * By how a name has this in it, whatever its case and accents: as a whole, first, or within.
     */
    List<City> named(String part, int most) {
        var wanted = fold(part);
        return IntStream.range(0, nameEnds.length)
                .mapToObj(city -> match(wanted, city))
                .filter(match -> match != null)
                .sorted(
                        Comparator.comparingInt(Match::rank)
                                .thenComparing(match -> match.folded().length())
                                .thenComparing(Match::folded)
                                .thenComparing(Match::city))
                .limit(most)
                .map(match -> city(match.city))
                .toList();
    }

    private @Nullable Match match(String wanted, int city) {
        var name = fold(name(city));
        var at = name.indexOf(wanted);
        if (at < 0) {
            return null;
        }
        var rank =
                name.length() == wanted.length()
                        ? 0
                        : at == 0 ? 1 : name.contains(" " + wanted) ? 2 : 3;
        return new Match(rank, name, city);
    }

    private static String fold(String name) {
        var isAscii = name.chars().allMatch(c -> c < 0x80);
        var plain =
                isAscii
                        ? name
                        : Normalizer.normalize(name, Normalizer.Form.NFKD).replaceAll("\\p{M}", "");
        return plain.toLowerCase(Locale.ROOT);
    }

    private City city(int city) {
        return new City(
                name(city),
                state(city),
                countryNames.getOrDefault(countries[countryOf[city]], countries[countryOf[city]]),
                latitudes[city] / SCALE,
                longitudes[city] / SCALE);
    }

    private int from(double latitude) {
        var found = Arrays.binarySearch(latitudes, (int) Math.round(latitude * SCALE));
        return found < 0 ? -found - 1 : found;
    }

    /** In metres; good for short ones. */
    private double distance(double latitude, double longitude, int city) {
        var north = Math.toRadians(latitudes[city] / SCALE - latitude);
        var degrees = Math.abs(longitudes[city] / SCALE - longitude);
        var east =
                Math.toRadians(Math.min(degrees, 360 - degrees))
                        * Math.cos(Math.toRadians(latitude));
        return EARTH_RADIUS * Math.hypot(north, east);
    }

    private Place place(int city) {
        return new Place(name(city), state(city), countryName(countries[countryOf[city]]));
    }

    private String name(int city) {
        var start = city == 0 ? 0 : nameEnds[city - 1];
        return new String(names, start, nameEnds[city] - start, StandardCharsets.UTF_8);
    }

    private @Nullable String state(int city) {
        var state = Short.toUnsignedInt(stateOf[city]);
        return state == NO_STATE ? null : states[state];
    }

    @Nullable String countryName(String code) {
        return countryNames.get(code);
    }
}
