package app.keepsake.immich.auth;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.util.HexFormat;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MockMvcTester.MockMvcRequestBuilder;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.json.JsonMapper;

/** Users with passwords, who log in from some address. */
@ServerTest
abstract class AuthTest {

    @Autowired Fixtures given;
    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired JsonMapper json;

    MockMvcRequestBuilder login(String email, String password, String address) {
        return http.post()
                .uri("/api/auth/login")
                .contentType(MediaType.APPLICATION_JSON)
                .content("{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, password))
                .with(
                        request -> {
                            request.setRemoteAddr(address);
                            return request;
                        });
    }

    String field(MvcTestResult result, String name) throws Exception {
        return json.readTree(result.getResponse().getContentAsString()).path(name).asString();
    }

    MockMvcRequestBuilder me(String bearer) {
        return http.get().uri("/api/users/me").header("Authorization", bearer);
    }

    /** Under which the failures for an account are counted. */
    static String subject(String email) {
        return "account:" + HexFormat.of().formatHex(Fixtures.sha256(email));
    }

    /** As if that many more attempts had failed just now. */
    void failMore(String subject, int failures) {
        assertThat(
                        jdbc.sql(
                                        """
                                        update login_failure
                                        set failures = failures + ?, last_at = now()
                                        where subject = ?
                                        """)
                                .params(failures, subject)
                                .update())
                .isEqualTo(1);
    }
}
