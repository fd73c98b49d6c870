package app.keepsake.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoursTests {

    private static final ZoneId ROME = ZoneId.of("Europe/Rome");
    private static final Hours NIGHT = Hours.parse("22:00-07:00", ROME);
    private static final Hours NOON = Hours.parse("12:00 - 13:00", ROME);

    private static Instant rome(String time) {
        return LocalDateTime.parse(time).atZone(ROME).toInstant();
    }

    @Test
    void goOverMidnightWhereTheyEndEarlierThanTheyBegin() {
        assertThat(NIGHT.contains(rome("2024-01-10T21:59"))).isFalse();
        assertThat(NIGHT.contains(rome("2024-01-10T22:00"))).isTrue();
        assertThat(NIGHT.contains(rome("2024-01-11T06:59"))).isTrue();
        assertThat(NIGHT.contains(rome("2024-01-11T07:00"))).isFalse();
        assertThat(NOON.contains(rome("2024-01-11T12:30"))).isTrue();
        assertThat(NOON.contains(rome("2024-01-11T13:00"))).isFalse();
    }

    @Test
    void areThoseOfTheirZoneInSummerToo() {
        assertThat(NOON.contains(Instant.parse("2024-01-10T11:30:00Z"))).isTrue();
        assertThat(NOON.contains(Instant.parse("2024-07-10T10:30:00Z"))).isTrue();
        assertThat(NOON.contains(Instant.parse("2024-07-10T11:30:00Z"))).isFalse();
    }

    @Test
    void workEndsAfterItHadItsTimeWithinThem() {
        var hour = Duration.ofHours(1);
        assertThat(NIGHT.end(rome("2024-01-10T23:00"), hour)).isEqualTo(rome("2024-01-11T00:00"));
        assertThat(NIGHT.end(rome("2024-01-10T12:00"), hour)).isEqualTo(rome("2024-01-10T23:00"));
        // Nine hours a night: the rest of this one, all of the next, and one of the third.
        assertThat(NIGHT.end(rome("2024-01-10T06:00"), Duration.ofHours(11)))
                .isEqualTo(rome("2024-01-11T23:00"));
    }

    @Test
    void aNightInWhichTheClockJumpsIsAsLongAsItIs() {
        // 2024-03-31 has no hour from two to three in Rome.
        assertThat(NIGHT.end(rome("2024-03-30T22:00"), Duration.ofHours(8)))
                .isEqualTo(rome("2024-03-31T07:00"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "22", "22:00", "22:00-25:00", "22:00-22:00", "night", "-"})
    void whatSaysNoHoursIsRefused(String text) {
        assertThatThrownBy(() -> Hours.parse(text, ROME))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hours");
    }
}
