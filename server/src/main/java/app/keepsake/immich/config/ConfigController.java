package app.keepsake.immich.config;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Public;
import app.keepsake.auth.Requires;
import app.keepsake.immich.server.ServerFacts;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Immich 3.2's form of what {@code server/features} and {@code server/config} tell. */
@RestController
@RequestMapping("/api")
class ConfigController {

    private final ServerFacts facts;

    ConfigController(ServerFacts facts) {
        this.facts = facts;
    }

    @Public
    @GetMapping("/public/config")
    PublicConfigDto forAnyone() {
        return PublicConfigDto.of(facts.features(), facts.config());
    }

    @Public
    @GetMapping("/public/config/defaults")
    PublicConfigDto defaultsForAnyone() {
        return PublicConfigDto.of(ServerFacts.defaultFeatures(), ServerFacts.defaultConfig());
    }

    @GetMapping("/config")
    @Requires(Permission.USER_CONFIG_READ)
    UserConfigDto forUsers(Caller caller) {
        return UserConfigDto.of(facts.features(), facts.config());
    }

    @GetMapping("/config/defaults")
    @Requires(Permission.USER_CONFIG_READ)
    UserConfigDto defaultsForUsers(Caller caller) {
        return UserConfigDto.of(ServerFacts.defaultFeatures(), ServerFacts.defaultConfig());
    }
}
