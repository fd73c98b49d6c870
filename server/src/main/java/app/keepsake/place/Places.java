package app.keepsake.place;

import java.time.ZoneId;
import java.time.zone.ZoneRulesException;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** What a position is called, and what its clocks show. */
@Component
public class Places {

    /**
     * What cities' names are from.
     *
     * @param date of the newest of them, as 2023-03-05
     */
    public record Source(String name, String date) {}

    private final Loaded<Zones> zones = new Loaded<>("zones.gz", Zones::read);
    private final Loaded<Cities> cities = new Loaded<>("cities.gz", Cities::read);

    /**
     * The next city, but in the country where the position is: at a border, the next one is often
     * beyond it. Where the land is disputed, the city says whose it is.
     */
    public Place at(double latitude, double longitude) {
        var countries =
                zones.get().at(latitude, longitude).map(Zones.Zone::countries).orElse(List.of());
        if (countries.isEmpty()) {
            return Place.UNNAMED;
        }
        var known = cities.get();
        var city = known.nearest(latitude, longitude, countries);
        return city != null ? city : new Place(null, null, known.countryName(countries.getFirst()));
    }

    /** Cities whose name has this in it; those that are called just so, or begin so, come first. */
    public List<City> named(String name, int most) {
        return name.isBlank() ? List.of() : cities.get().named(name.strip(), most);
    }

    /** The time zone; at sea, where none is, the nautical one. */
    public Optional<ZoneId> zoneAt(double latitude, double longitude) {
        return zones.get()
                .at(latitude, longitude)
                .map(zone -> known(zone.id()))
                .orElseGet(() -> Optional.of(nautical(longitude)));
    }

    private static ZoneId nautical(double longitude) {
        var hours = Math.round(longitude / 15);
        // Their signs are the other way round.
        return ZoneId.of(hours == 0 ? "Etc/GMT" : "Etc/GMT%+d".formatted(-hours));
    }

    /** A zone that is newer than the JDK's list of them is none. */
    private static Optional<ZoneId> known(String id) {
        try {
            return Optional.of(ZoneId.of(id));
        } catch (ZoneRulesException e) {
            return Optional.empty();
        }
    }

    public Source source() {
        return new Source(cities.get().source, cities.get().date);
    }
}
