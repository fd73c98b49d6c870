package app.keepsake.oauth;

import static app.keepsake.support.Wire.json;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import jakarta.servlet.http.Cookie;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server with a real provider, and people who log in there. It ends with each class: it would
 * take part in the work that other tests wait for.
 */
@ServerTest
@DirtiesContext
abstract class OAuthTest {

    static final OpenIdProvider PROVIDER = OpenIdProvider.start();
    static final String WEB = "http://localhost/auth/login";
    static final String APP = "app.immich:///oauth-callback";

    @DynamicPropertySource
    static void provider(DynamicPropertyRegistry registry) {
        registry.add("KEEPSAKE_OAUTH_ISSUER", PROVIDER::issuer);
        registry.add("KEEPSAKE_OAUTH_CLIENT_ID", () -> "keepsake");
        registry.add("KEEPSAKE_OAUTH_CLIENT_SECRET", () -> "a secret between the two");
        registry.add(
                "KEEPSAKE_OAUTH_MOBILE_REDIRECT_URI",
                () -> "https://photos.example.org/api/oauth/mobile-redirect");
        registry.add("KEEPSAKE_OAUTH_DEFAULT_QUOTA_GIB", () -> "7");
        registry.add("KEEPSAKE_OAUTH_BUTTON_TEXT", () -> "Log in at home");
        registry.add("KEEPSAKE_PASSWORD_LOGIN", () -> "false");
    }

    @Autowired Fixtures given;
    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;

    /** A device between the two calls: what the server gave it, and its address at the end. */
    record Attempt(String back, Cookie... cookies) {}

    static String address() {
        return UUID.randomUUID() + "@example.org";
    }

    /** A person at the provider. */
    static String person(Map<String, Object> claims) {
        var subject = UUID.randomUUID().toString();
        PROVIDER.account(subject, claims);
        return subject;
    }

    static Map<String, Object> verified(String email) {
        return Map.of("email", email, "email_verified", true, "name", "Ana");
    }

    MvcTestResult post(String path, Object body, Cookie... cookies) {
        var request =
                http.post()
                        .uri("/api/oauth/" + path)
                        .contentType(MediaType.APPLICATION_JSON)
                        .content(JsonMapper.shared().writeValueAsString(body));
        return (cookies.length == 0 ? request : request.cookie(cookies)).exchange();
    }

    static Cookie cookie(MvcTestResult answer, String name) {
        var cookie = answer.getResponse().getCookie(name);
        assertThat(cookie).as(name).isNotNull();
        return cookie;
    }

    /** A browser's way to the provider and back. */
    Attempt attempt(String subject) {
        var begun = post("authorize", Map.of("redirectUri", WEB));
        assertThat(begun).hasStatus(201);
        return new Attempt(
                PROVIDER.logIn(json(begun).path("url").asString(), subject),
                begun.getResponse().getCookies());
    }

    MvcTestResult finish(Attempt attempt) {
        return post("callback", Map.of("url", attempt.back()), attempt.cookies());
    }

    MvcTestResult logIn(String subject) {
        return finish(attempt(subject));
    }

    Map<String, @Nullable Object> row(String email) {
        return jdbc.sql("select * from \"user\" where email = ?").param(email).query().singleRow();
    }

    long count(String email) {
        return jdbc.sql("select count(*) from \"user\" where email = ?")
                .param(email)
                .query(Long.class)
                .single();
    }

    /** Somebody can sign up by OAuth only after the first administrator has by other means. */
    void givenAnAdministrator() {
        given.admin();
    }
}
