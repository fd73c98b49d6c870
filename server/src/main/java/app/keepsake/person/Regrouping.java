package app.keepsake.person;

import app.keepsake.config.MachineLearningConfig;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.BackgroundTask;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Has faces asked again whose they are: once a day those that are nobody's, if there are new ones
 * to compare them with, and whenever somebody wants it. It looks every hour, since a small computer
 * may sleep at midnight.
 *
 * <p>What is wanted stands in Postgres until it is prepared, a short transaction at a time: whoever
 * starts after a process that died goes on where it was (I4), and phones and uploads are not held
 * up. While administrators have paused the queue, nothing is prepared either.
 */
@Component
public class Regrouping extends BackgroundTask {

    private record Wanted(boolean clusterNewFaces) {}

    /** Somebody wants what is not prepared yet. */
    private record Due() {}

    private record Wish(UUID ownerId, UUID wishId, boolean asks) {}

    /** So many rows change in less than a second on a small computer. */
    private static final int BATCH = 2_000;

    private static final Duration HOUR = Duration.ofHours(1);

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final PeopleRows people;
    private final KnownFaces known;
    private final FeatureFaces features;
    private final SystemConfig config;
    private final ApplicationEventPublisher events;
    private final int batch;

    @Autowired
    Regrouping(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            PeopleRows people,
            KnownFaces known,
            FeatureFaces features,
            SystemConfig config,
            ApplicationEventPublisher events) {
        this(jdbc, transaction, people, known, features, config, events, BATCH);
    }

    Regrouping(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            PeopleRows people,
            KnownFaces known,
            FeatureFaces features,
            SystemConfig config,
            ApplicationEventPublisher events,
            int batch) {
        super("regrouping");
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.people = people;
        this.known = known;
        this.features = features;
        this.config = config;
        this.events = events;
        this.batch = batch;
    }

    @Override
    protected Duration run() {
        if (config.section("nightlyTasks", Wanted.class).clusterNewFaces()
                && MachineLearningConfig.of(config).wantsFaces()) {
            catchUp(LocalDate.now(ZoneOffset.UTC));
        }
        boolean isMore = true;
        while (isMore) {
            isMore = isRunning() && !isPaused() && prepareSome();
        }
        return HOUR;
    }

    private boolean isPaused() {
        return jdbc.sql(
                        """
                        select exists (select from job_queue
                            where name = 'facialRecognition' and is_paused)
                        """)
                .query(Boolean.class)
                .single();
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(Due due) {
        wake();
    }

    /**
     * Has all strangers asked again, once a day, unless no face has come since. The day is over
     * when that is wanted, not before: whoever dies has done neither.
     */
    void catchUp(LocalDate today) {
        transaction.executeWithoutResult(
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
                    if (jdbc.sql(
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
                            == 1) {
                        want(false);
                    }
                });
    }

    /**
     * Has all strangers asked again, in the background.
     *
     * @param fromScratch makes all found faces strangers first, but for what a person said
     */
    public void want(boolean fromScratch) {
        want(jdbc.sql("select id from \"user\"").query(UUID.class).list(), fromScratch);
    }

    /** As {@link #want(boolean)}, for a household that shares its people. */
    void want(Collection<UUID> owners, boolean fromScratch) {
        jdbc.sql(
                        """
                        insert into regrouping as r (owner_id, forgets)
                        select owner, :forgets from unnest(:owners::uuid[]) owner order by owner
                        on conflict (owner_id) do update set wish_id = excluded.wish_id,
                            forgets = r.forgets or excluded.forgets, asks = true
                        """)
                .param("owners", owners.toArray(UUID[]::new))
                .param("forgets", fromScratch)
                .update();
        events.publishEvent(new Due());
    }

    /** Whether something is wanted that is not prepared yet. */
    public boolean isUnderway() {
        return jdbc.sql("select exists (select from regrouping where asks)")
                .query(Boolean.class)
                .single();
    }

    /** On how many assets faces are to be asked, until that is queued. */
    public long remaining() {
        return jdbc.sql(
                        """
                        select count(distinct f.asset_id) from regrouping r
                        join asset a on a.owner_id = r.owner_id
                        join asset_face f on f.asset_id = a.id and f.deleted_at is null
                            and f.source_type = 'machine-learning'
                        where r.asks
                            and (f.person_id is null or r.forgets and not f.is_confirmed)
                        """)
                .query(Long.class)
                .single();
    }

    /** Somebody wants it no more. What is forgotten stays so, until the strangers are asked. */
    public void giveUp() {
        jdbc.sql(
                        """
                        update regrouping
                        set wish_id = gen_random_uuid(), forgets = false, asks = false
                        """)
                .update();
        events.publishEvent(new Due());
    }

    /**
     * First all who are to be grouped from scratch lose their faces; then strangers are asked.
     *
     * @return whether there was something to do
     */
    boolean prepareSome() {
        return forgetSome() || settleOne();
    }

    private boolean forgetSome() {
        return Boolean.TRUE.equals(
                transaction.execute(
                        _ -> {
                            var owner = next("forgets", "for update").map(Wish::ownerId);
                            owner.ifPresent(this::forgetSome);
                            return owner.isPresent();
                        }));
    }

    private void forgetSome(UUID owner) {
        people.lock(owner);
        if (known.forget(owner, batch) < batch) {
            jdbc.sql("update regrouping set forgets = false where owner_id = ?")
                    .param(owner)
                    .update();
        }
    }

    private boolean settleOne() {
        var wish = next("not forgets", "");
        wish.ifPresent(this::settle);
        return wish.isPresent();
    }

    private void settle(Wish wish) {
        features.mend(wish.ownerId);
        if (wish.asks) {
            jdbc.sql("delete from deferred_face where owner_id = ?").param(wish.ownerId).update();
            UUID last = null;
            do {
                last = askSome(wish, last);
            } while (last != null);
            // While the wish still stands: nobody is to see a moment in which nothing waits.
            events.publishEvent(new StrangersDue());
        }
        // Unless it is wanted once more: whom that concerns may have been passed already.
        jdbc.sql("delete from regrouping where wish_id = ?").param(wish.wishId).update();
    }

    /**
     * Has strangers asked again, in the order of their assets.
     *
     * @return the last one's, or null if there are none left, or if that is wanted no more
     */
    private @Nullable UUID askSome(Wish wish, @Nullable UUID after) {
        return jdbc.sql(
                        """
                        with due as (
                            select a.id from asset a join asset_job_status s on s.asset_id = a.id
                            where a.owner_id = :owner and s.people_at is not null
                                and (:after::uuid is null or a.id > :after)
                                and exists (select from regrouping where wish_id = :wish)
                                and exists (select from asset_face f where f.asset_id = a.id
                                    and f.person_id is null and f.deleted_at is null
                                    and f.source_type = 'machine-learning')
                            order by a.id limit :batch
                        ), asked as (
                            update asset_job_status s set people_at = null
                            from due where due.id = s.asset_id)
                        select id from due order by id desc limit 1
                        """)
                .param("owner", wish.ownerId)
                .param("wish", wish.wishId)
                .param("after", after)
                .param("batch", batch)
                .query(UUID.class)
                .optional()
                .orElse(null);
    }

    private Optional<Wish> next(String condition, String lock) {
        return jdbc.sql(
                        """
                        select owner_id, wish_id, asks from regrouping where %s
                        order by owner_id limit 1 %s
                        """
                                .formatted(condition, lock))
                .query(Wish.class)
                .optional();
    }
}
