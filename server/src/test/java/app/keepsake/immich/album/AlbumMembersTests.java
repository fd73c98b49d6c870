package app.keepsake.immich.album;

import static app.keepsake.support.Wire.each;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.PATCH;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is in an album, and what they may do to it and to each other. */
class AlbumMembersTests extends AlbumTest {

    @ParameterizedTest
    @CsvSource({
        "PATCH, '', '{\"albumName\": \"Mine\"}'",
        "DELETE, '', ",
        "PUT, /assets, '{\"ids\": []}'",
        "DELETE, /assets, '{\"ids\": []}'",
        "PUT, /users, '{\"albumUsers\": [{\"userId\": \"7f3c1c5e-8a1b-4c1d-9e2f-0a1b2c3d4e5f\"}]}'",
    })
    void viewersChangeNothing(String method, String path, String body) {
        var album = album(ana);
        share(album, bo, "viewer");
        var before = get(ana, album);
        var verb = org.springframework.http.HttpMethod.valueOf(method);
        assertThat(wire.refusal(bo, verb, "/api/albums/" + album + path, body))
                .startsWith("Not found or no album");
        assertThat(get(ana, album)).isEqualTo(before);
    }

    @Test
    void editorsChangeAnAlbumButDoNotDeleteIt() {
        var album = album(ana);
        share(album, bo, "editor");
        var answer =
                wire.call(
                        bo,
                        PATCH,
                        "/api/albums/" + album,
                        """
                        {"albumName": "Roma", "description": "May", "order": "asc",
                         "isActivityEnabled": false}
                        """,
                        200);
        assertThat(answer.get("albumName").asString()).isEqualTo("Roma");
        assertThat(answer.get("description").asString()).isEqualTo("May");
        assertThat(answer.get("order").asString()).isEqualTo("asc");
        assertThat(answer.get("isActivityEnabled").asBoolean()).isFalse();
        wire.call(bo, PATCH, "/api/albums/" + album, "{}", 200);
        assertThat(get(ana, album).get("albumName").asString()).isEqualTo("Roma");
        wire.delete(bo, "/api/albums/" + album, 400);
        wire.delete(ana, "/api/albums/" + album, 204);
        wire.call(ana, GET, "/api/albums/" + album, null, 400);
    }

    @Test
    void anOnlyOwnerCannotLeaveOrStepDown() {
        var album = album(ana);
        share(album, bo, "editor");
        var user = "/api/albums/" + album + "/user/";
        assertThat(wire.refusal(ana, DELETE, user + "me", null))
                .isEqualTo("Cannot remove album owner");
        assertThat(wire.refusal(ana, PUT, user + ana.userId(), "{\"role\": \"editor\"}"))
                .isEqualTo("Cannot remove album owner");
        wire.put(ana, user + bo.userId(), "{\"role\": \"owner\"}", 204);
        wire.delete(ana, user + "me", 204);
        assertThat(each(get(bo, album).get("albumUsers"), "role")).containsExactly("owner");
        wire.call(ana, GET, "/api/albums/" + album, null, 400);
    }

    @Test
    void editorsMakeNoOwnersAndTouchNone() {
        var cleo = users.user();
        var album = album(ana);
        share(album, bo, "editor");
        var user = "/api/albums/" + album + "/user/";
        wire.delete(bo, user + ana.userId(), 400);
        wire.put(bo, user + ana.userId(), "{\"role\": \"viewer\"}", 400);
        wire.put(bo, user + bo.userId(), "{\"role\": \"owner\"}", 400);
        var asOwner =
                "{\"albumUsers\": [{\"userId\": \"%s\", \"role\": \"owner\"}]}"
                        .formatted(cleo.userId());
        wire.put(bo, "/api/albums/" + album + "/users", asOwner, 400);
        assertThat(each(get(ana, album).get("albumUsers"), "role"))
                .containsExactly("owner", "editor");
        wire.delete(bo, user + "me", 204);
    }

    @Test
    void membersAreAddedOnceAndMustExist() {
        var cleo = users.user();
        var album = album(ana);
        var users = "/api/albums/" + album + "/users";
        var add = "{\"albumUsers\": [{\"userId\": \"%s\"}]}";
        var answer = wire.put(ana, users, add.formatted(bo.userId()), 200);
        assertThat(each(answer.get("albumUsers"), "role")).containsExactly("owner", "editor");
        assertThat(wire.refusal(ana, PUT, users, add.formatted(bo.userId())))
                .isEqualTo("User already added");
        assertThat(wire.refusal(ana, PUT, users, add.formatted(UUID.randomUUID())))
                .isEqualTo("User not found");
        jdbc.sql("update \"user\" set deleted_at = now() where id = ?")
                .param(cleo.userId())
                .update();
        assertThat(wire.refusal(ana, PUT, users, add.formatted(cleo.userId())))
                .isEqualTo("User not found");
        assertThat(
                        wire.refusal(
                                ana,
                                PUT,
                                "/api/albums/" + album + "/user/" + cleo.userId(),
                                "{\"role\": \"editor\"}"))
                .isEqualTo("Album not shared with user");
    }

    @Test
    void anAlbumIsNotMadeWithPeopleWhoCannotBeInIt() {
        var body =
                "{\"albumName\": \"Rome\", \"albumUsers\": [{\"userId\": \"%s\", \"role\": \"editor\"}]}";
        assertThat(wire.refusal(ana, POST, "/api/albums", body.formatted(ana.userId())))
                .isEqualTo("Cannot share album with owner");
        assertThat(wire.refusal(ana, POST, "/api/albums", body.formatted(UUID.randomUUID())))
                .isEqualTo("User not found");
        assertThat(listed(ana, "")).isEmpty();
    }

    @Test
    void anAlbumGoesWithItsLastOwner() {
        var album = album(ana);
        share(album, bo, "editor");
        jdbc.sql("delete from \"user\" where id = ?").param(ana.userId()).update();
        assertThat(listed(bo, "")).isEmpty();
    }
}
