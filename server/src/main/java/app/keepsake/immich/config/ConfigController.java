package app.keepsake.immich.config;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Public;
import app.keepsake.auth.Requires;
import app.keepsake.config.SystemConfig;
import app.keepsake.immich.adminconfig.AdminConfigDto;
import app.keepsake.immich.server.ServerFacts;
import app.keepsake.immich.server.ServerFeaturesDto;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What everyone, and every user, may know of the system config: none of its secrets. */
@RestController
@RequestMapping("/api")
class ConfigController {

    private static final AdminConfigDto DEFAULTS = AdminConfigDto.of(SystemConfig.defaults());

    private final SystemConfig config;
    private final ServerFacts facts;

    ConfigController(SystemConfig config, ServerFacts facts) {
        this.config = config;
        this.facts = facts;
    }

    @Public
    @GetMapping("/public/config")
    PublicConfigDto forAnyone() {
        return PublicConfigDto.of(AdminConfigDto.of(config));
    }

    @Public
    @GetMapping("/public/config/defaults")
    PublicConfigDto defaultsForAnyone() {
        return PublicConfigDto.of(DEFAULTS);
    }

    @GetMapping("/config")
    @Requires(Permission.USER_CONFIG_READ)
    UserConfigDto forUsers(Caller caller) {
        return UserConfigDto.of(AdminConfigDto.of(config), facts.features());
    }

    @GetMapping("/config/defaults")
    @Requires(Permission.USER_CONFIG_READ)
    UserConfigDto defaultsForUsers(Caller caller) {
        return UserConfigDto.of(DEFAULTS, ServerFeaturesDto.of(DEFAULTS, true));
    }
}
