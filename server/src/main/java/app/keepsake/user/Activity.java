package app.keepsake.user;

import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** When users uploaded how much. */
@Component
public class Activity {

    /** How many assets came on a day. */
    public record Day(LocalDate date, long count) {}

    private final JdbcClient jdbc;
    private final Users users;

    Activity(JdbcClient jdbc, Users users) {
        this.jdbc = jdbc;
        this.users = users;
    }

    /**
     * Each day (in UTC) of the year that ends with {@code to}, also those without an upload. Counts
     * what timeline and archive show; for the user, and for administrators.
     *
     * @param to null for today
     */
    public List<Day> year(Caller caller, UUID userId, @Nullable LocalDate to) {
        if (!caller.userId().equals(userId)) {
            if (!caller.isAdmin()) {
                throw new Problem.Forbidden("Forbidden");
            }
            users.find(userId);
        }
        var last = to == null ? LocalDate.now(ZoneOffset.UTC) : to;
        if (last.getYear() < 1900 || last.getYear() > 9999) {
            throw new Problem.Invalid("to must be a date between 1900 and 9999");
        }
        return jdbc.sql(
                        """
                        with upload as (
                            select (created_at at time zone 'UTC')::date as day, count(*) as count
                            from asset
                            where owner_id = :userId and deleted_at is null
                                and visibility in ('timeline', 'archive')
                            group by day
                        )
                        select d::date as date, coalesce(count, 0) as count
                        from generate_series(:from::date, :to::date, interval '1 day') d
                        left join upload on day = d::date
                        order by d
                        """)
                .param("userId", userId)
                .param("from", last.minusYears(1).plusDays(1))
                .param("to", last)
                .query(Day.class)
                .list();
    }
}
