package app.keepsake.storagetemplate;

import app.keepsake.config.SystemConfig;
import app.keepsake.settings.ConfigChanged;
import app.keepsake.settings.ConfigProposed;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Keeps what is no template out of the system config, and tells SQL whether there is one. */
@Component
class TemplateSetting {

    private final SystemConfig config;
    private final MoveRows rows;

    TemplateSetting(SystemConfig config, MoveRows rows) {
        this.config = config;
        this.rows = rows;
    }

    @EventListener
    void check(ConfigProposed proposed) {
        StorageTemplate.parse(StorageTemplateConfig.of(proposed.config()).template());
    }

    /** In the transaction that changes it. */
    @EventListener
    void on(ConfigChanged changed) {
        rows.setEnabled(StorageTemplateConfig.of(config).enabled());
    }

    /** The environment may have another opinion than at the last start. */
    @EventListener(ApplicationStartedEvent.class)
    void begin() {
        rows.setEnabled(StorageTemplateConfig.of(config).enabled());
    }
}
