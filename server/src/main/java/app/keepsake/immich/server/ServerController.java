package app.keepsake.immich.server;

import app.keepsake.auth.Public;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/server")
class ServerController {

    record ServerPingResponseDto(String res) {}

    @Public
    @GetMapping("/ping")
    ServerPingResponseDto ping() {
        return new ServerPingResponseDto("pong");
    }
}
