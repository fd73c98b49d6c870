package app.keepsake.search;

import app.keepsake.config.MachineLearningConfig;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.BackgroundTask;
import app.keepsake.jobs.TextVectors;
import app.keepsake.jobs.TextVectorsUnavailable;
import com.pgvector.PGhalfvec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Says of every picture which everyday thing it shows most likely, by where the model that search
 * by words uses places the things' names. Off unless {@code keepsake.things} says otherwise: how
 * right that is was not measured with a real model, and the test model knows colours alone.
 */
@Component
class Things extends BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(Things.class);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int BATCH = 500;

    /** How CLIP models turn likeness into probability. */
    private static final int SHARPNESS = 100;

    /** Pictures that have no name yet by a model's last look. */
    private static final String UNNAMED =
            """
             from smart_search s
            left join asset_job_status j on j.asset_id = s.asset_id
            left join asset_thing t on t.asset_id = s.asset_id
            where s.model = %1$s and (t.asset_id is null or t.model <> %1$s
                or t.named_at < j.smart_search_at)\
            """;

    private final JdbcClient jdbc;
    private final TextVectors words;
    private final SystemConfig config;
    private final boolean wanted;
    private final List<String> names;

    @Autowired
    Things(
            JdbcClient jdbc,
            TextVectors words,
            SystemConfig config,
            @Value("${keepsake.things}") boolean wanted) {
        this(jdbc, words, config, wanted, vocabulary());
    }

    Things(
            JdbcClient jdbc,
            TextVectors words,
            SystemConfig config,
            boolean wanted,
            List<String> names) {
        super("things");
        this.jdbc = jdbc;
        this.words = words;
        this.config = config;
        this.wanted = wanted;
        this.names = names;
    }

    private static List<String> vocabulary() {
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(
                                        Things.class.getResourceAsStream("/things.txt")),
                                StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Duration run() {
        try {
            nameAll();
        } catch (TextVectorsUnavailable e) {
            log.info("Things are named later: {}", e.getMessage());
        }
        return HOUR;
    }

    /** Names what has no name by the model of now; what is not wanted any more is forgotten. */
    void nameAll() {
        if (!wanted || !MachineLearningConfig.of(config).wantsClip()) {
            jdbc.sql("delete from asset_thing").update();
            return;
        }
        if (!isAnyUnnamed()) {
            return; // an idle worker's model need not be loaded to learn that
        }
        var model = words.of(prompt(names.getFirst()), null).model();
        place(model);
        var named = 0;
        int some;
        do {
            some = nameSome(model);
            named += some;
        } while (some == BATCH && isRunning());
        if (named > 0) {
            log.info("{} pictures have the name of a thing", named);
        }
    }

    private static String prompt(String name) {
        return "a photo of a " + name;
    }

    /** Asks a model for each name once. */
    private void place(String model) {
        var known =
                new HashSet<>(
                        jdbc.sql("select name from thing where model = ?")
                                .param(model)
                                .query(String.class)
                                .list());
        for (var name : names) {
            if (!known.contains(name)) {
                var place = words.of(prompt(name), null);
                jdbc.sql(
                                """
                                insert into thing (model, name, embedding)
                                values (:model, :name, :vector::halfvec) on conflict do nothing
                                """)
                        .param("model", place.model())
                        .param("name", name)
                        .param("vector", new PGhalfvec(place.vector()).getValue())
                        .update();
            }
        }
    }

    private boolean isAnyUnnamed() {
        return jdbc.sql("select exists (select" + UNNAMED.formatted("s.model") + ")")
                .query(Boolean.class)
                .single();
    }

    private int nameSome(String model) {
        return jdbc.sql(
                        """
                        with unnamed as (
                            select s.asset_id, s.embedding%s limit :most)
                        insert into asset_thing (asset_id, model, name, probability)
                        select asset_id, :model, name, probability from unnamed
                        cross join lateral (
                            select (array_agg(t.name order by distance, t.name))[1] as name,
                                exp(-:sharpness * min(distance)) / sum(exp(-:sharpness * distance))
                                    as probability
                            from thing t,
                                lateral (select t.embedding <=> unnamed.embedding as distance) d
                            where t.model = :model
                        ) likest
                        on conflict (asset_id) do update set model = excluded.model,
                            name = excluded.name, probability = excluded.probability,
                            named_at = now()
                        """
                                .formatted(UNNAMED.formatted(":model")))
                .param("model", model)
                .param("most", BATCH)
                .param("sharpness", SHARPNESS)
                .update();
    }
}
