package app.keepsake.immich.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Permission;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MockMvcTester.MockMvcRequestBuilder;
import tools.jackson.databind.json.JsonMapper;

@ServerTest
class ApiKeyTests {

    @Autowired Fixtures given;
    @Autowired MockMvcTester http;
    @Autowired JsonMapper json;

    private MockMvcRequestBuilder create(String body) {
        return http.post()
                .uri("/api/api-keys")
                .contentType(MediaType.APPLICATION_JSON)
                .content(body);
    }

    @Test
    void makesAKeyThatMayDoWhatWasAskedFor() throws Exception {
        var created =
                create("{\"name\": \"CLI\", \"permissions\": [\"user.read\", \"asset.upload\"]}")
                        .header("Authorization", given.bearer(given.user()))
                        .exchange();
        assertThat(created).hasStatus(201);
        var secret =
                json.readTree(created.getResponse().getContentAsString()).path("secret").asString();

        var me = http.get().uri("/api/api-keys/me").header("x-api-key", secret).exchange();
        assertThat(me).hasStatusOk();
        assertThat(me)
                .bodyJson()
                .extractingPath("$.permissions")
                .asArray()
                .containsExactlyInAnyOrder("asset.upload", "user.read");
        assertThat(me).bodyJson().extractingPath("$.name").isEqualTo("CLI");
        assertThat(me.getResponse().getContentAsString()).doesNotContain(secret);
    }

    @Test
    void grantsNothingThatTheCallerMayNot() {
        var key = given.apiKey(given.user(), Permission.API_KEY_CREATE, Permission.USER_READ);
        assertThat(create("{\"permissions\": [\"user.read\"]}").header("x-api-key", key))
                .hasStatus(201);
        for (var more : new String[] {"all", "asset.read"}) {
            assertThat(
                            create("{\"permissions\": [\"user.read\", \"%s\"]}".formatted(more))
                                    .header("x-api-key", key))
                    .hasStatus(400)
                    .bodyJson()
                    .isStrictlyEqualTo(
                            "{\"message\": \"Cannot grant permissions you do not have\"}");
        }
    }

    @Test
    void wantsPermissionsThatExist() {
        var token = given.bearer(given.user());
        for (var body :
                new String[] {
                    "{}",
                    "{\"permissions\": []}",
                    "{\"permissions\": [\"everything\"]}",
                    "{\"permissions\": [null]}"
                }) {
            assertThat(create(body).header("Authorization", token)).hasStatus(400);
        }
    }

    @Test
    void knowsNoKeyOfASession() {
        assertThat(
                        http.get()
                                .uri("/api/api-keys/me")
                                .header("Authorization", given.bearer(given.user())))
                .hasStatus(403);
    }
}
