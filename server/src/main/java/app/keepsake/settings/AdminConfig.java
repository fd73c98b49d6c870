package app.keepsake.settings;

import app.keepsake.auth.Caller;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.JobQueue;
import app.keepsake.problem.Problem;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** The whole system config, with its secrets, for administrators to see and to replace. */
@Component
public class AdminConfig {

    private final SystemConfig config;
    private final ConfigRows rows;
    private final EnvironmentConfig environment;
    private final JobQueue queue;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;

    AdminConfig(
            SystemConfig config,
            ConfigRows rows,
            EnvironmentConfig environment,
            JobQueue queue,
            TransactionTemplate transaction,
            ApplicationEventPublisher events) {
        this.config = config;
        this.rows = rows;
        this.environment = environment;
        this.queue = queue;
        this.transaction = transaction;
        this.events = events;
    }

    /** A server that could not work as its environment says does not start. */
    @EventListener(ApplicationStartedEvent.class)
    void checkEnvironment() {
        var defaults = SystemConfig.defaults().document();
        events.publishEvent(new ConfigProposed(SystemConfig.of(environment.over(defaults))));
    }

    public SystemConfig get(Caller caller) {
        requireAdmin(caller);
        return config;
    }

    /**
     * Makes all of it what the document says.
     *
     * @param document whole, each value of its kind and within its bounds
     * @throws Problem.Invalid when somebody could not work by it, or it changes what the
     *     environment decides; nothing is changed then
     */
    public SystemConfig replace(Caller caller, JsonNode document) {
        requireAdmin(caller);
        environment.requireUnchanged(document);
        var proposed = SystemConfig.of(document);
        events.publishEvent(new ConfigProposed(proposed));
        var changes = environment.without(proposed.changes());
        changes.remove("job");
        transaction.executeWithoutResult(
                _ -> {
                    rows.write(changes);
                    rows.writeConcurrency(document.path("job"));
                    events.publishEvent(new ConfigChanged());
                });
        queue.announceSettings();
        return config;
    }

    private static void requireAdmin(Caller caller) {
        if (!caller.isAdmin()) {
            throw new Problem.Forbidden("Forbidden");
        }
    }
}
