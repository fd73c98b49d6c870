package app.keepsake.immich.server;

import app.keepsake.config.SystemConfig;
import app.keepsake.immich.adminconfig.AdminConfigDto;
import app.keepsake.model.Models;
import app.keepsake.settings.ServerSettings;
import app.keepsake.user.Users;
import org.springframework.stereotype.Component;

/** What clients ask a server first: what it can do, and how it is set up. */
@Component
public class ServerFacts {

    private final Users users;
    private final ServerSettings settings;
    private final SystemConfig config;
    private final Models models;

    ServerFacts(Users users, ServerSettings settings, SystemConfig config, Models models) {
        this.users = users;
        this.settings = settings;
        this.config = config;
        this.models = models;
    }

    public ServerFeaturesDto features() {
        return ServerFeaturesDto.of(AdminConfigDto.of(config), models.canSearchByWords());
    }

    public ServerConfigDto config() {
        return ServerConfigDto.of(
                AdminConfigDto.of(config), users.isInitialized(), settings.isOnboarded());
    }
}
