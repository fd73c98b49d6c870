package app.keepsake.immich.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.util.List;
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

    private MockMvcRequestBuilder as(Caller caller, MockMvcRequestBuilder request) {
        return request.header("Authorization", given.bearer(caller));
    }

    private static MockMvcRequestBuilder body(MockMvcRequestBuilder request, String body) {
        return request.contentType(MediaType.APPLICATION_JSON).content(body);
    }

    private String idOf(String secret) throws Exception {
        return json.readTree(
                        http.get()
                                .uri("/api/api-keys/me")
                                .header("x-api-key", secret)
                                .exchange()
                                .getResponse()
                                .getContentAsString())
                .path("id")
                .asString();
    }

    @Test
    void listsTheKeysOfTheirOwnerTheNewestFirstWithoutSecrets() throws Exception {
        var ana = given.user();
        var older = given.apiKey(ana, Permission.ASSET_READ);
        var newer = given.apiKey(ana, Permission.ALL);
        given.apiKey(given.user(), Permission.ALL);
        var list = as(ana, http.get().uri("/api/api-keys")).exchange();
        assertThat(list)
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$[*].id")
                .asArray()
                .containsExactly(idOf(newer), idOf(older));
        assertThat(list.getResponse().getContentAsString()).doesNotContain(older, newer);
        assertThat(as(ana, http.get().uri("/api/api-keys/" + idOf(older))))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.permissions")
                .asArray()
                .containsExactly("asset.read");
    }

    @Test
    void changesNameAndPermissionsByPutAndByPatch() throws Exception {
        var ana = given.user();
        var secret = given.apiKey(ana, Permission.ASSET_READ);
        var uri = "/api/api-keys/" + idOf(secret);
        assertThat(as(ana, body(http.put().uri(uri), "{\"name\": \"Frame\"}")))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.name")
                .isEqualTo("Frame");
        assertThat(as(ana, body(http.patch().uri(uri), "{\"permissions\": [\"user.read\"]}")))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"name\": \"Frame\", \"permissions\": [\"user.read\"]}");
        assertThat(http.get().uri("/api/users/me").header("x-api-key", secret)).hasStatusOk();
        assertThat(as(ana, body(http.put().uri(uri), "{\"permissions\": []}"))).hasStatus(400);
    }

    @Test
    void touchesNoKeyOfAnotherUser() throws Exception {
        var secret = given.apiKey(given.user(), Permission.ALL);
        var uri = "/api/api-keys/" + idOf(secret);
        var bob = given.user();
        for (var request :
                List.of(
                        http.get().uri(uri),
                        body(http.put().uri(uri), "{\"name\": \"mine\"}"),
                        http.post().uri(uri + "/rotate"),
                        http.delete().uri(uri))) {
            assertThat(as(bob, request))
                    .hasStatus(400)
                    .bodyJson()
                    .isStrictlyEqualTo("{\"message\": \"API Key not found\"}");
        }
        assertThat(http.get().uri("/api/api-keys/me").header("x-api-key", secret))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.name")
                .isEqualTo("Key");
    }

    @Test
    void renewsASecretAndForgetsTheOldOne() throws Exception {
        var ana = given.user();
        var old = given.apiKey(ana, Permission.ALL);
        var rotated = as(ana, http.post().uri("/api/api-keys/" + idOf(old) + "/rotate")).exchange();
        assertThat(rotated).hasStatus(201);
        var answer = json.readTree(rotated.getResponse().getContentAsString());
        var secret = answer.path("secret").asString();
        assertThat(idOf(secret)).isEqualTo(answer.path("id").asString());
        assertThat(http.get().uri("/api/api-keys/me").header("x-api-key", old)).hasStatus(401);
    }

    @Test
    void letsAKeyWidenNoneAndRenewNoneThatMayMoreThanItself() throws Exception {
        var ana = given.user();
        var strong = given.apiKey(ana, Permission.ALL);
        var weak = given.apiKey(ana, Permission.API_KEY_UPDATE, Permission.API_KEY_ROTATE);
        for (var request :
                List.of(
                        body(
                                http.put().uri("/api/api-keys/" + idOf(weak)),
                                "{\"permissions\": [\"all\"]}"),
                        body(
                                http.put().uri("/api/api-keys/" + idOf(weak)),
                                "{\"name\": \"x\", \"permissions\": [\"asset.read\"]}"),
                        http.post().uri("/api/api-keys/" + idOf(strong) + "/rotate"))) {
            assertThat(request.header("x-api-key", weak))
                    .hasStatus(400)
                    .bodyJson()
                    .isStrictlyEqualTo(
                            "{\"message\": \"Cannot grant permissions you do not have\"}");
        }
        assertThat(http.get().uri("/api/api-keys/me").header("x-api-key", weak))
                .bodyJson()
                .isLenientlyEqualTo("{\"name\": \"Key\"}");
        assertThat(http.get().uri("/api/users/me").header("x-api-key", strong)).hasStatusOk();
        assertThat(
                        http.post()
                                .uri("/api/api-keys/" + idOf(weak) + "/rotate")
                                .header("x-api-key", weak))
                .hasStatus(201);
    }

    @Test
    void deletesAKeyForGood() throws Exception {
        var ana = given.user();
        var secret = given.apiKey(ana, Permission.ALL);
        var uri = "/api/api-keys/" + idOf(secret);
        assertThat(as(ana, http.delete().uri(uri))).hasStatus(204);
        assertThat(http.get().uri("/api/users/me").header("x-api-key", secret)).hasStatus(401);
        assertThat(as(ana, http.delete().uri(uri))).hasStatus(400);
    }
}
