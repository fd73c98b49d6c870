package app.keepsake.place;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacesTests {

    private static final Places places = new Places();

    @ParameterizedTest
    @CsvSource({
        "48.2082,   16.3738, Vienna,        Vienna,          Austria",
        "41.2203,  -96.0716, Ralston,       Nebraska,        United States of America",
        "47.6970,    8.6900, Büsingen,      Baden-Wurttemberg, Germany", // in Switzerland
        "42.6629,   21.1655, Pristina,      Pristina,        Kosovo",
        "-33.8568, 151.2153, The Rocks,     New South Wales, Australia",
    })
    void aPositionHasTheNameOfTheNextCity(
            double latitude, double longitude, String city, String state, String country) {
        assertThat(places.at(latitude, longitude)).isEqualTo(new Place(city, state, country));
    }

    /** The next one is across the border in each of these. */
    @ParameterizedTest
    @CsvSource({
        "48.5735,   7.7945, Strasbourg,     France", // 1.5 km from Kehl
        "32.5430, -117.0300, Imperial Beach, United States of America", // 5 km from Tijuana
    })
    void aCityBeyondTheBorderIsNotIt(
            double latitude, double longitude, String city, String country) {
        var place = places.at(latitude, longitude);
        assertThat(place.city()).isEqualTo(city);
        assertThat(place.country()).isEqualTo(country);
    }

    @Test
    void farFromAnyCityThereIsOnlyTheCountry() {
        assertThat(places.at(26.5, -1)).isEqualTo(new Place(null, null, "Algeria"));
    }

    @Test
    void atSeaThereIsNothing() {
        assertThat(places.at(0, -30)).isEqualTo(Place.UNNAMED);
        assertThat(places.zoneAt(0, -30)).contains(ZoneId.of("Etc/GMT+2"));
    }

    @ParameterizedTest
    @CsvSource({
        "48.2082,   16.3738, Europe/Vienna",
        "36.1500, -111.2400, America/Denver", // the Navajo keep summer time
        "36.0500, -111.9000, America/Phoenix", // the rest of Arizona does not
        "-29.5000,   28.5000, Africa/Maseru", // all around is another
        "28.6139,   77.2090, Asia/Kolkata",
        "-16.8000, 179.9900, Pacific/Fiji",
        "-16.8300, -179.9700, Pacific/Fiji",
        "78.2232,   15.6267, Arctic/Longyearbyen",
    })
    void aPositionHasATimeZone(double latitude, double longitude, String zone) {
        assertThat(places.zoneAt(latitude, longitude)).contains(ZoneId.of(zone));
    }

    @Test
    void everyCornerOfTheWorldIsAnswered() {
        for (int latitude = -90; latitude <= 90; latitude += 3) {
            for (int longitude = -180; longitude <= 180; longitude += 3) {
                assertThat(places.at(latitude, longitude)).isNotNull();
            }
        }
    }

    @Test
    void saysWhatItsNamesAreFrom() {
        assertThat(places.source().name()).isEqualTo("cities500.txt");
        assertThat(LocalDate.parse(places.source().date())).isAfter("2023-01-01");
    }
}
