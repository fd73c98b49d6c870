package app.keepsake.immich.user;

import app.keepsake.user.Activity;
import java.time.LocalDate;
import java.util.List;

public record CalendarHeatmapResponseDto(
        LocalDate from, LocalDate to, List<Activity.Day> series, long totalCount) {

    public static CalendarHeatmapResponseDto of(List<Activity.Day> days) {
        return new CalendarHeatmapResponseDto(
                days.getFirst().date(),
                days.getLast().date(),
                days,
                days.stream().mapToLong(Activity.Day::count).sum());
    }
}
