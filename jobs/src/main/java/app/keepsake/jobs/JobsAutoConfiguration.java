package app.keepsake.jobs;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.ResolvableType;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Gives a process the queue; whether it is server or worker shows in what it brings: handlers, a
 * {@link JobListener}, a {@link TextEmbedder}, its own {@link JobThreads} and {@link Budget}.
 */
@AutoConfiguration(
        afterName = "org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration")
public class JobsAutoConfiguration {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Names this process's connections too: {@code CLIENT LIST} shows who is alive. */
    private final String consumer;

    JobsAutoConfiguration(@Value("${spring.application.name}") String process) {
        consumer = process + ":" + UUID.randomUUID();
    }

    @Bean(destroyMethod = "close")
    Redis redis(@Value("${keepsake.redis-url}") String url) {
        return new Redis(url, consumer);
    }

    @Bean
    Broadcasts broadcasts(Redis redis) {
        return new Broadcasts(redis);
    }

    @Bean
    JobQueue jobQueue(Redis redis) {
        return new JobQueue(redis, Timing.STANDARD);
    }

    @Bean
    JobProgress jobProgress(Redis redis) {
        return new JobProgress(redis);
    }

    @Bean
    Presence presence(Redis redis) {
        return new Presence(redis, Duration.ofSeconds(20));
    }

    @Bean
    Workers workers(Redis redis) {
        return new Workers(redis, Duration.ofSeconds(30));
    }

    @Bean
    JobRunner jobRunner(
            Redis redis,
            JdbcClient jdbc,
            ListableBeanFactory beans,
            ObjectProvider<JobThreads> threads,
            ObjectProvider<Budget> budget) {
        return new JobRunner(
                redis,
                jdbc,
                handlers(beans),
                consumer,
                Timing.STANDARD,
                threads.getIfAvailable(JobsAutoConfiguration::ordinaryThreads),
                budget.getIfAvailable(() -> Budget.UNLIMITED));
    }

    private static JobThreads ordinaryThreads() {
        return Thread.ofPlatform().name("job-", 1).daemon().factory()::newThread;
    }

    @Bean
    TextVectors textVectors(Redis redis) {
        return new TextVectors(redis, PATIENCE);
    }

    @Bean
    @ConditionalOnBean(TextEmbedder.class)
    TextAnswers textAnswers(Redis redis, TextEmbedder embedder) {
        return new TextAnswers(redis, embedder, PATIENCE);
    }

    @Bean
    @ConditionalOnBean(JobListener.class)
    DoneReports doneReports(Redis redis, JobListener listener) {
        return new DoneReports(redis, listener, consumer, Timing.STANDARD);
    }

    private static Map<Class<? extends Job>, JobHandler<?>> handlers(ListableBeanFactory beans) {
        var handlers = new HashMap<Class<? extends Job>, JobHandler<?>>();
        for (var name : beans.getBeanNamesForType(JobHandler.class)) {
            var handler = beans.getBean(name, JobHandler.class);
            var type =
                    ResolvableType.forClass(JobHandler.class, handler.getClass())
                            .getGeneric()
                            .resolve();
            if (type == null || !Job.class.isAssignableFrom(type)) {
                throw new IllegalStateException("which job does it handle? " + handler.getClass());
            }
            if (handlers.put(type.asSubclass(Job.class), handler) != null) {
                throw new IllegalStateException("two handlers for " + type);
            }
        }
        return handlers;
    }
}
