package app.keepsake.immich.adminconfig;

import app.keepsake.auth.Caller;
import app.keepsake.config.SystemConfig;
import app.keepsake.settings.AdminConfig;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The system config between its two addresses and the feature that keeps it. */
@Component
public class ConfigDocument {

    /** Without what the environment of this server decides. */
    public static final AdminConfigDto DEFAULTS = AdminConfigDto.of(SystemConfig.defaults());

    private final AdminConfig config;
    private final JsonMapper json;

    ConfigDocument(AdminConfig config, JsonMapper json) {
        this.config = config;
        this.json = json;
    }

    public AdminConfigDto get(Caller caller) {
        return AdminConfigDto.of(config.get(caller));
    }

    public AdminConfigDto replace(Caller caller, AdminConfigDto document) {
        return AdminConfigDto.of(config.replace(caller, json.valueToTree(document)));
    }
}
