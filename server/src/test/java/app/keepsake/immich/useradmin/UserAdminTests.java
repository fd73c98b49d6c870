package app.keepsake.immich.useradmin;

import static app.keepsake.support.Fixtures.email;
import static app.keepsake.support.Wire.json;
import static app.keepsake.support.Wire.login;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.SessionClosed;
import app.keepsake.storage.Library;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import app.keepsake.support.UploadClient;
import app.keepsake.support.Waiting;
import app.keepsake.support.Wire;
import app.keepsake.user.UserDeleted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.transaction.support.TransactionTemplate;

@ServerTest
class UserAdminTests {

    @Autowired Fixtures given;
    @Autowired AssetFixtures assets;
    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired Library library;
    @Autowired ConfigurableApplicationContext context;
    @Autowired TransactionTemplate transaction;
    @Autowired Waiting waiting;
    @LocalServerPort int port;

    private MvcTestResult call(Caller caller, String method, String path, String body) {
        return new Wire(http, given)
                .send(caller, HttpMethod.valueOf(method), "/api/admin/users" + path, body);
    }

    private MvcTestResult get(Caller caller, String path) {
        return new Wire(http, given).send(caller, HttpMethod.GET, "/api/admin/users" + path, null);
    }

    private static String address() {
        return UUID.randomUUID() + "@example.org";
    }

    private static String account(String email, String more) {
        return "{\"email\": \"%s\", \"name\": \"Ben\", \"password\": \"correct horse\"%s}"
                .formatted(email, more);
    }

    private void setPassword(Caller caller) {
        assertThat(
                        call(
                                given.admin(),
                                "PUT",
                                "/" + caller.userId(),
                                "{\"password\": \"correct horse\"}"))
                .hasStatusOk();
    }

    @Test
    void letsOnlyAdministratorsIn() {
        var ana = given.user();
        var other = given.user().userId();
        for (var path :
                List.of(
                        "",
                        "/" + other,
                        "/" + other + "/preferences",
                        "/" + other + "/sessions",
                        "/" + other + "/statistics",
                        "/" + other + "/calendar-heatmap")) {
            assertThat(get(ana, path)).hasStatus(403);
            assertThat(http.get().uri("/api/admin/users" + path)).hasStatus(401);
        }
        assertThat(call(ana, "POST", "", account(address(), ""))).hasStatus(403);
        assertThat(call(ana, "PUT", "/" + other, "{}")).hasStatus(403);
        assertThat(call(ana, "DELETE", "/" + other, "{}")).hasStatus(403);
        assertThat(call(ana, "POST", "/" + other + "/restore", "")).hasStatus(403);
        var key = given.apiKey(given.admin(), Permission.USER_READ);
        assertThat(http.get().uri("/api/admin/users").header("x-api-key", key)).hasStatus(403);
    }

    @Test
    void makesAnAccountThatCanLogIn() {
        var email = address();
        var label = "label" + UUID.randomUUID();
        var made =
                call(
                        given.admin(),
                        "POST",
                        "",
                        account(
                                email,
                                ", \"quotaSizeInBytes\": 0, \"storageLabel\": \"../%s/\","
                                                .formatted(label)
                                        + " \"notify\": true, \"pinCode\": \"123456\""));
        assertThat(made).hasStatus(201);
        var user = json(made);
        assertThat(user.path("shouldChangePassword").asBoolean()).isTrue();
        assertThat(user.path("quotaSizeInBytes").asLong(-1)).isZero();
        assertThat(user.path("storageLabel").asString()).isEqualTo(label);
        assertThat(user.path("isAdmin").asBoolean()).isFalse();
        assertThat(login(http, email, "correct horse")).hasStatus(201);
        var row =
                jdbc.sql("select password, pin_code from \"user\" where email = ?")
                        .param(email)
                        .query()
                        .singleRow();
        assertThat((String) row.get("password")).startsWith("{bcrypt}");
        assertThat((String) row.get("pin_code")).startsWith("{bcrypt}");

        assertThat(
                        call(
                                given.admin(),
                                "POST",
                                "",
                                account(email.toUpperCase(java.util.Locale.ROOT), "")))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("$.message")
                .isEqualTo("Email already in use by another account");
        assertThat(
                        call(
                                given.admin(),
                                "POST",
                                "",
                                account(address(), ", \"storageLabel\": \"%s\"".formatted(label))))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("$.message")
                .isEqualTo("Storage label already in use by another account");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\": \"Ben\", \"password\": \"correct horse\"}",
                "{\"name\": \"Ben\", \"password\": \"correct horse\", \"email\": \"nowhere\"}",
                "{\"name\": \"\", \"password\": \"correct horse\", \"email\": \"a@example.org\"}",
                "{\"name\": \"Ben\", \"password\": \"\", \"email\": \"a@example.org\"}",
                "{\"name\": \"Ben\", \"password\": \"x\", \"email\": \"a@example.org\","
                        + " \"quotaSizeInBytes\": -1}",
                "{\"name\": \"Ben\", \"password\": \"x\", \"email\": \"a@example.org\","
                        + " \"pinCode\": \"12345\"}"
            })
    void makesNoAccountOfAnythingElse(String body) {
        assertThat(call(given.admin(), "POST", "", body)).hasStatus(400);
        assertThat(
                        jdbc.sql("select count(*) from \"user\" where email = 'a@example.org'")
                                .query(Long.class)
                                .single())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH"})
    void changesWhatIsSentAndEmptiesWhatIsSentAsNull(String method) {
        var admin = given.admin();
        var ana = given.user();
        var path = "/" + ana.userId();
        var label = "label" + UUID.randomUUID();
        assertThat(
                        call(
                                admin,
                                method,
                                path,
                                """
                                {"storageLabel": "%s", "quotaSizeInBytes": 5, "pinCode": "123456",
                                 "isAdmin": true}
                                """
                                        .formatted(label)))
                .hasStatusOk();
        var named = json(call(admin, method, path, "{\"name\": \"Ana Maria\"}"));
        assertThat(named.path("name").asString()).isEqualTo("Ana Maria");
        assertThat(named.path("storageLabel").asString()).isEqualTo(label);
        assertThat(named.path("quotaSizeInBytes").asLong()).isEqualTo(5);
        assertThat(named.path("isAdmin").asBoolean()).isTrue();
        var emptied =
                json(
                        call(
                                admin,
                                method,
                                path,
                                "{\"storageLabel\": null, \"quotaSizeInBytes\": null,"
                                        + " \"pinCode\": null}"));
        assertThat(emptied.path("storageLabel").isNull()).isTrue();
        assertThat(emptied.path("quotaSizeInBytes").isNull()).isTrue();
        assertThat(
                        jdbc.sql("select pin_code is null from \"user\" where id = ?")
                                .param(ana.userId())
                                .query(Boolean.class)
                                .single())
                .isTrue();
        for (var wrong :
                List.of(
                        "{\"quotaSizeInBytes\": -1}",
                        "{\"quotaSizeInBytes\": \"much\"}",
                        "{\"quotaSizeInBytes\": 1e30}",
                        "{\"storageLabel\": 1}",
                        "{\"pinCode\": \"12345a\"}")) {
            assertThat(call(admin, method, path, wrong)).hasStatus(400);
        }
        assertThat(call(admin, method, "/" + UUID.randomUUID(), "{}")).hasStatus(400);
    }

    @Test
    void locksTheFolderOfWhomItGivesAnotherPin() {
        var ana = given.user();
        var token = given.token(ana);
        jdbc.sql("update session set pin_expires_at = now() + interval '1 hour' where user_id = ?")
                .param(ana.userId())
                .update();
        assertThat(call(given.admin(), "PUT", "/" + ana.userId(), "{\"pinCode\": null}"))
                .hasStatusOk();
        assertThat(http.get().uri("/api/auth/status").header("Authorization", "Bearer " + token))
                .bodyJson()
                .extractingPath("$.isElevated")
                .isEqualTo(false);
    }

    @Test
    void letsNoAdministratorEndTheirOwnReign() {
        var admin = given.admin();
        var path = "/" + admin.userId();
        assertThat(call(admin, "PUT", path, "{\"isAdmin\": false}")).hasStatus(400);
        assertThat(call(admin, "DELETE", path, "{}")).hasStatus(403);
        assertThat(call(admin, "DELETE", path, "{\"force\": true}")).hasStatus(403);
        assertThat(get(admin, path)).bodyJson().extractingPath("$.status").isEqualTo("active");
        assertThat(call(given.admin(), "PUT", path, "{\"isAdmin\": false}")).hasStatusOk();
        assertThat(get(admin, path)).hasStatus(403);
    }

    @ParameterizedTest
    @CsvSource({"PUT, isAdmin, false", "DELETE, force, false"})
    @Timeout(60)
    void leavesOneOfTwoAdministratorsWhoEndEachOthersReignAtOnce(
            String method, String field, String value) {
        var body = "{\"%s\": %s}".formatted(field, value);
        var ana = given.admin();
        var ben = given.admin();
        var answers =
                transaction.execute(
                        _ -> {
                            jdbc.sql("select from \"user\" where id in (?, ?) for no key update")
                                    .params(ana.userId(), ben.userId())
                                    .query()
                                    .listOfRows();
                            var calls =
                                    List.of(
                                            ends(ana, method, ben, body),
                                            ends(ben, method, ana, body));
                            waiting.awaitOr(
                                    2, () -> calls.stream().allMatch(CompletableFuture::isDone));
                            return calls;
                        });
        assertThat(answers).extracting(CompletableFuture::join).containsExactlyInAnyOrder(200, 403);
        assertThat(
                        jdbc.sql(
                                        """
                                        select count(*) from "user"
                                        where id in (?, ?) and is_admin and deleted_at is null
                                        """)
                                .params(ana.userId(), ben.userId())
                                .query(Long.class)
                                .single())
                .isEqualTo(1);
    }

    private CompletableFuture<Integer> ends(Caller one, String method, Caller other, String body) {
        return CompletableFuture.supplyAsync(
                () -> call(one, method, "/" + other.userId(), body).getResponse().getStatus(),
                task -> Thread.ofVirtual().start(task)); // the common pool may have one thread
    }

    @Test
    void limitsUploadsAtOnce() throws Exception {
        var ana = given.user();
        var client = new UploadClient(port, given.bearer(ana));
        assertThat(call(given.admin(), "PUT", "/" + ana.userId(), "{\"quotaSizeInBytes\": 3}"))
                .hasStatusOk();
        var refused = client.upload(Form.photo("a.jpg", new byte[] {1, 2, 3, 4}));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(UploadClient.message(refused)).isEqualTo("Quota has been exceeded!");
        assertThat(call(given.admin(), "PUT", "/" + ana.userId(), "{\"quotaSizeInBytes\": 4}"))
                .hasStatusOk();
        assertThat(client.upload(Form.photo("a.jpg", new byte[] {1, 2, 3, 4})).statusCode())
                .isEqualTo(201);
    }

    @Test
    void readsAndChangesWhatUsersHaveChosen() {
        var admin = given.admin();
        var path = "/" + given.user().userId() + "/preferences";
        for (var method : List.of("PUT", "PATCH")) {
            assertThat(call(admin, method, path, "{\"tags\": {\"enabled\": true}}")).hasStatusOk();
        }
        assertThat(get(admin, path)).bodyJson().extractingPath("$.tags.enabled").isEqualTo(true);
        assertThat(get(admin, "/" + UUID.randomUUID() + "/preferences")).hasStatus(400);
    }

    @Test
    void showsSessionsAndFigures() {
        var admin = given.admin();
        var ana = given.user();
        var phone = given.sessionId(given.token(ana));
        var browser = given.sessionId(given.token(ana));
        assets.asset(ana, Map.of());
        assets.asset(ana, Map.of("type", "VIDEO", "is_favorite", "true"));
        var path = "/" + ana.userId();
        assertThat(ids(get(admin, path + "/sessions")))
                .containsExactlyInAnyOrder(phone.toString(), browser.toString());
        assertThat(json(get(admin, path + "/statistics")).toString())
                .isEqualTo("{\"images\":1,\"videos\":1,\"total\":2}");
        assertThat(json(get(admin, path + "/statistics?isFavorite=true")).path("total").asInt())
                .isEqualTo(1);
        assertThat(json(get(admin, path + "/calendar-heatmap")).path("totalCount").asInt())
                .isEqualTo(2);
        assertThat(get(admin, path + "/statistics?isFavorite=yes")).hasStatus(400);
        assertThat(get(admin, "/" + UUID.randomUUID() + "/sessions")).hasStatus(400);
    }

    @Test
    void deletesAnAccountSoThatItCanBeRestored() {
        var admin = given.admin();
        var ana = given.user();
        setPassword(ana);
        var path = "/" + ana.userId();
        var token = given.bearer(ana);
        var key = given.apiKey(ana, Permission.ALL);
        var closed = heard(SessionClosed.class);
        var photo = assets.asset(ana, Map.of());
        assertThat(call(admin, "POST", path + "/restore", "")).hasStatus(400);
        assertThat(call(admin, "DELETE", path, "{}"))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.status")
                .isEqualTo("deleted");

        assertThat(http.get().uri("/api/users/me").header("Authorization", token)).hasStatus(401);
        assertThat(http.get().uri("/api/users/me").header("x-api-key", key)).hasStatus(401);
        assertThat(closed).isNotEmpty();
        assertThat(login(http, email(ana), "correct horse")).hasStatus(401);
        assertThat(ids(get(admin, ""))).doesNotContain(ana.userId().toString());
        assertThat(ids(get(admin, "?withDeleted=true"))).contains(ana.userId().toString());
        assertThat(ids(get(admin, "?withDeleted=true&id=" + ana.userId())))
                .containsExactly(ana.userId().toString());

        assertThat(call(admin, "POST", path + "/restore", ""))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.deletedAt")
                .isNull();
        assertThat(login(http, email(ana), "correct horse")).hasStatus(201);
        assertThat(given.assetsOf(ana)).containsExactly(photo);
    }

    private static List<String> ids(MvcTestResult answer) {
        return json(answer).findValuesAsString("id");
    }

    @Test
    void removesAtOnceWithAllFilesWhatIsDeletedByForce() throws IOException {
        var admin = given.admin();
        var ana = given.user();
        var ben = given.user();
        var photo = assets.upload(ana, Path.of("src/test/resources/samples/gps.jpg"), Map.of());
        var original = file(photo);
        var kept = assets.upload(ben, Path.of("src/test/resources/samples/gps.jpg"), Map.of());
        var form =
                new Form()
                        .file(
                                "file",
                                "me.jpg",
                                Files.readAllBytes(Path.of("src/test/resources/samples/gps.jpg")));
        assertThat(
                        http.post()
                                .uri("/api/users/profile-image")
                                .header("Authorization", given.bearer(ana))
                                .contentType(form.contentType())
                                .content(form.bytes()))
                .hasStatus(201);
        var album = given.album(ana, ben);
        var deleted = heard(UserDeleted.class);

        assertThat(call(admin, "DELETE", "/" + ana.userId(), "{\"force\": true}"))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.status")
                .isEqualTo("removing");
        Awaitility.await()
                .untilAsserted(() -> assertThat(deleted).contains(new UserDeleted(ana.userId())));
        Awaitility.await()
                .untilAsserted(
                        () -> {
                            assertThat(original).doesNotExist();
                            assertThat(library.resolve("profile/" + ana.userId()))
                                    .satisfiesAnyOf(
                                            folder -> assertThat(folder).doesNotExist(),
                                            folder -> assertThat(folder).isEmptyDirectory());
                        });
        assertThat(get(admin, "/" + ana.userId())).hasStatus(400);
        assertThat(given.assetsOf(ana)).isEmpty();
        assertThat(count("album", album)).isZero();
        assertThat(file(kept)).exists();
    }

    private Path file(UUID asset) {
        return library.resolve(
                jdbc.sql("select original_path from asset where id = ?")
                        .param(asset)
                        .query(String.class)
                        .single());
    }

    private long count(String table, UUID id) {
        return jdbc.sql("select count(*) from " + table + " where id = ?")
                .param(id)
                .query(Long.class)
                .single();
    }

    /** All events of a kind from now on. */
    private <T> Queue<T> heard(Class<T> kind) {
        var events = new ConcurrentLinkedQueue<T>();
        context.addApplicationListener(
                (ApplicationListener<PayloadApplicationEvent<?>>)
                        event -> {
                            if (kind.isInstance(event.getPayload())) {
                                events.add(kind.cast(event.getPayload()));
                            }
                        });
        return events;
    }
}
