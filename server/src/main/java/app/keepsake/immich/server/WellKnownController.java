package app.keepsake.immich.server;

import app.keepsake.auth.Public;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Where the API is, for clients that know only the address that a person typed. */
@RestController
class WellKnownController {

    @Public
    @GetMapping("/.well-known/immich")
    Map<String, Map<String, String>> endpoint() {
        return Map.of("api", Map.of("endpoint", "/api"));
    }
}
