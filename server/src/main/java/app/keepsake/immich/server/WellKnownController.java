package app.keepsake.immich.server;

import app.keepsake.auth.Public;
import app.keepsake.config.SystemConfig;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What clients ask for outside of the API. */
@RestController
class WellKnownController {

    private record Theme(String customCss) {}

    private final SystemConfig config;

    WellKnownController(SystemConfig config) {
        this.config = config;
    }

    /** Where the API is, for clients that know only the address that a person typed. */
    @Public
    @GetMapping("/.well-known/immich")
    Map<String, Map<String, String>> endpoint() {
        return Map.of("api", Map.of("endpoint", "/api"));
    }

    /** An administrator's own styles, by which Immich's web app is shown. */
    @Public
    @GetMapping(path = "/custom.css", produces = "text/css")
    String styles() {
        return config.section("theme", Theme.class).customCss();
    }
}
