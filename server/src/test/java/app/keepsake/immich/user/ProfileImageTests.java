package app.keepsake.immich.user;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

@ServerTest
class ProfileImageTests {

    @Autowired Fixtures given;
    @Autowired MockMvcTester http;
    @Autowired Library library;

    private MvcTestResult send(Caller caller, String field, String name, byte[] bytes) {
        var form = new Form().field("note", "before").file(field, name, bytes);
        return http.post()
                .uri("/api/users/profile-image")
                .header("Authorization", given.bearer(caller))
                .contentType(form.contentType())
                .content(form.bytes())
                .exchange();
    }

    private MvcTestResult image(Caller of, String... headers) {
        var request =
                http.get()
                        .uri("/api/users/{id}/profile-image", of.userId())
                        .header("Authorization", given.bearer(given.user()));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.exchange();
    }

    private static byte[] sample(String name) throws IOException {
        return Files.readAllBytes(Path.of("src/test/resources/samples", name));
    }

    private List<Path> filesOf(Caller caller) throws IOException {
        var folder = library.resolve("profile/" + caller.userId());
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void showsToOthersWhatWasSentByteByByte() throws IOException {
        var ana = given.user();
        var photo = sample("gps.jpg");
        assertThat(image(ana)).hasStatus(404);
        assertThat(send(ana, "file", "me.png", photo)).hasStatus(201);
        var answer = image(ana);
        assertThat(answer).hasStatusOk().hasContentType("image/jpeg");
        assertThat(answer.getResponse().getContentAsByteArray()).isEqualTo(photo);
        var tag = String.valueOf(answer.getResponse().getHeader("ETag"));
        assertThat(image(ana, "If-None-Match", tag)).hasStatus(304);
    }

    @Test
    void replacesThePictureSoFarAndItsFile() throws IOException {
        var ana = given.user();
        assertThat(send(ana, "file", "a.jpg", sample("gps.jpg"))).hasStatus(201);
        var first = filesOf(ana);
        assertThat(send(ana, "file", "a.webp", sample("denali.webp"))).hasStatus(201);
        assertThat(image(ana)).hasStatusOk().hasContentType("image/webp");
        Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(filesOf(ana))
                                        .hasSize(1)
                                        .doesNotContainAnyElementsOf(first));

        assertThat(
                        http.delete()
                                .uri("/api/users/profile-image")
                                .header("Authorization", given.bearer(ana)))
                .hasStatus(204);
        assertThat(image(ana)).hasStatus(404);
        Awaitility.await().untilAsserted(() -> assertThat(filesOf(ana)).isEmpty());
    }

    @Test
    void refusesWhatIsNoPictureWhateverItIsCalled() throws IOException {
        var ana = given.user();
        assertThat(send(ana, "file", "a.jpg", sample("gps.jpg"))).hasStatus(201);
        var before = filesOf(ana);
        var svg = "<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(StandardCharsets.UTF_8);
        assertThat(send(ana, "file", "me.png", svg)).hasStatus(400);
        assertThat(send(ana, "file", "me.png", new byte[0])).hasStatus(400);
        assertThat(send(ana, "file", "me.heic", sample("iphone.heic"))).hasStatus(400);
        assertThat(send(ana, "picture", "me.jpg", sample("gps.jpg"))).hasStatus(400);
        assertThat(send(ana, "file", "me.jpg", Arrays.copyOf(sample("gps.jpg"), 11 << 20)))
                .hasStatus(413);
        assertThat(filesOf(ana)).isEqualTo(before);
        assertThat(image(ana)).hasStatusOk();
    }

    @Test
    void knowsNoPictureOfNobody() {
        assertThat(
                        http.get()
                                .uri("/api/users/{id}/profile-image", UUID.randomUUID())
                                .header("Authorization", given.bearer(given.user())))
                .hasStatus(400);
    }
}
