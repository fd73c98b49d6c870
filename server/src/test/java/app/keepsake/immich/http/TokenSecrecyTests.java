package app.keepsake.immich.http;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A token in an address must not stay in a log, which more people read than may use the token. */
@ServerTest
@ExtendWith(OutputCaptureExtension.class)
class TokenSecrecyTests {

    @Autowired Fixtures given;
    @Autowired JdbcClient jdbc;
    @LocalServerPort int port;

    /** Sends these very bytes, and answers the status. */
    private String send(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(
                            (request + "Host: localhost\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.split(" ", 3)[1];
        }
    }

    private void colour(Caller caller, String colour) {
        jdbc.sql("update \"user\" set avatar_color = ? where id = ?")
                .params(colour, caller.userId())
                .update();
    }

    @Test
    void keepsTokensOfAddressesOutOfTheLog(CapturedOutput log) throws Exception {
        var ana = given.user();
        var broken = given.user();
        colour(broken, "no such colour");
        var secrets =
                List.of(
                        "sessionKey=" + given.token(ana),
                        "apiKey=" + given.apiKey(ana, Permission.ALL),
                        "sessionKey=" + given.token(broken),
                        "apiKey=" + given.apiKey(broken, Permission.ALL),
                        "sessionKey=nobodysSessionToken",
                        "apiKey=nobodysApiKey",
                        "key=nobodysShareKey",
                        "slug=nobodysSlug");
        for (var secret : secrets) {
            send("GET /api/users/me?%s HTTP/1.1\r\n".formatted(secret));
            send("GET /api/nowhere?%s HTTP/1.1\r\n".formatted(secret));
            send("GET /api/assets/no-uuid?%s HTTP/1.1\r\n".formatted(secret));
            send("PUT /api/users/me?%s HTTP/1.1\r\nContent-Length: 0\r\n".formatted(secret));
            send("POST /api/assets?%s HTTP/1.1\r\nContent-Length: 0\r\n".formatted(secret));
            send("GET /api/users/me?%s&broken=%%zz HTTP/1.1\r\n".formatted(secret));
            send("GET /api/users/me?%s&bad=[|] HTTP/1.1\r\n".formatted(secret));
            send("GET /api/users/me?%s#\" HTTP/1.1\r\n".formatted(secret));
            send("GET  /api/users/me?%s  HTTP/1.1\r\n".formatted(secret));
            send("GET /?%s HTTP/1.1\r\n".formatted(secret));
        }
        // It did fail as bad as can be, and that was logged.
        assertThat(send("GET /api/users/me?%s HTTP/1.1\r\n".formatted(secrets.get(2))))
                .isEqualTo("500");
        assertThat(log).contains("Failed to answer uri=/api/users/me");
        colour(broken, "primary"); // others list all users
        for (var secret : secrets) {
            assertThat(log).doesNotContain(secret.substring(secret.indexOf('=') + 1));
        }
    }
}
