package app.keepsake.person;

import app.keepsake.config.MachineLearningConfig;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.BackgroundTask;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Has faces asked again whose they are: once a day those that are nobody's, if there are new ones
 * to compare them with, and whenever an administrator wants it, all. It looks every hour, since a
 * small computer may sleep at midnight.
 */
@Component
public class Regrouping extends BackgroundTask {

    private record Wanted(boolean clusterNewFaces) {}

    /** So many rows change in less than a second on a small computer. */
    private static final int BATCH = 2_000;

    private static final Duration HOUR = Duration.ofHours(1);

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final PeopleRows people;
    private final SystemConfig config;
    private final ApplicationEventPublisher events;

    Regrouping(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            PeopleRows people,
            SystemConfig config,
            ApplicationEventPublisher events) {
        super("regrouping");
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.people = people;
        this.config = config;
        this.events = events;
    }

    @Override
    protected Duration run() {
        if (config.section("nightlyTasks", Wanted.class).clusterNewFaces()
                && MachineLearningConfig.of(config).wantsFaces()) {
            catchUp(LocalDate.now(ZoneOffset.UTC));
        }
        return HOUR;
    }

    /** Asks all strangers again, once a day, unless no face has come since. */
    void catchUp(LocalDate today) {
        var isDue =
                transaction.execute(
                        _ -> {
                            jdbc.sql(
                                            """
                                            insert into system_metadata (key, value)
                                            values ('facial-recognition-state', '{}')
                                            on conflict do nothing
                                            """)
                                    .update();
                            jdbc.sql(
                                            """
                                            select from system_metadata
                                            where key = 'facial-recognition-state' for update
                                            """)
                                    .query((_, _) -> true)
                                    .list();
                            return jdbc.sql(
                                                    """
                                                    update system_metadata set value =
                                                        jsonb_build_object('lastRun', now(),
                                                            'day', :today::text)
                                                    where key = 'facial-recognition-state'
                                                        and coalesce(value ->> 'day', '') < :today
                                                        and exists (select from asset_face
                                                            where source_type = 'machine-learning'
                                                                and created_at > coalesce(
                                                                    (value ->> 'lastRun')
                                                                        ::timestamptz,
                                                                    '-infinity'))
                                                    """)
                                            .param("today", today.toString())
                                            .update()
                                    == 1;
                        });
        if (isDue) {
            households().forEach(people::mend);
            askStrangers(households());
            events.publishEvent(new StrangersDue());
        }
    }

    /**
     * Has all strangers asked again.
     *
     * @param fromScratch makes all found faces strangers first, but for what a person said
     */
    public void prepare(boolean fromScratch) {
        prepare(households(), fromScratch);
    }

    /** As {@link #prepare(boolean)}, for a household that shares its people. */
    void prepare(List<UUID> owners, boolean fromScratch) {
        if (fromScratch) {
            for (var owner : owners) {
                while (people.forget(owner, BATCH) == BATCH) {
                    // Each batch is a transaction: phones and uploads are not held up.
                }
                people.mend(owner);
            }
        }
        askStrangers(owners);
    }

    /** As {@link #prepare}, leaving what is known as it is. */
    void askStrangers(List<UUID> owners) {
        jdbc.sql("delete from deferred_face where owner_id = any(?)")
                .params((Object) owners.toArray(UUID[]::new))
                .update();
        jdbc.sql(
                        """
                        update asset_job_status s set people_at = null
                        from asset a
                        where a.id = s.asset_id and a.owner_id = any(?) and s.people_at is not null
                            and exists (select from asset_face f where f.asset_id = a.id
                                and f.person_id is null and f.deleted_at is null
                                and f.source_type = 'machine-learning')
                        """)
                .params((Object) owners.toArray(UUID[]::new))
                .update();
    }

    private List<UUID> households() {
        return jdbc.sql("select id from \"user\" order by id").query(UUID.class).list();
    }
}
