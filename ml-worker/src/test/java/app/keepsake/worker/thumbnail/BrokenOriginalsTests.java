package app.keepsake.worker.thumbnail;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.support.Mutator;
import app.keepsake.worker.image.Engines;
import app.keepsake.worker.image.ImageEngine;
import app.keepsake.worker.image.Pictures;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/** Whatever is wrong with a file: it gets its thumbnails, or fails for good and leaves nothing. */
@WorkerTest
@Tag("long")
class BrokenOriginalsTests {

    private final WorkerFixtures given;
    private final GenerateThumbnailsHandler handler;
    private final Path library;

    @Autowired
    BrokenOriginalsTests(
            WorkerFixtures given,
            GenerateThumbnailsHandler handler,
            @Value("${keepsake.library}") Path library) {
        this.given = given;
        this.handler = handler;
        this.library = library;
    }

    static Stream<Arguments> samples() {
        var pictures =
                Stream.of(
                                "meadow.jpg",
                                "orientation-6.jpg",
                                "quadrants.png",
                                "quadrants.webp",
                                "quadrants.heic")
                        .flatMap(
                                name ->
                                        Engines.all()
                                                .map(
                                                        engine ->
                                                                Arguments.of(
                                                                        name, "IMAGE", engine,
                                                                        300)));
        var film = Arguments.of("film.mp4", "VIDEO", Engines.all().findFirst().orElseThrow(), 150);
        return Stream.concat(pictures, Stream.of(film));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyBrokenFileIsShownOrRefused(String name, String type, ImageEngine engine, int variants)
            throws Exception {
        var mutator = new Mutator();
        var good = Files.readAllBytes(Pictures.fixture(name));
        var thumbnails =
                new GenerateThumbnailsHandler(
                        handler.library(),
                        engine,
                        handler.films(),
                        handler.assets(),
                        handler.pictures(),
                        handler.config());
        Files.createDirectories(library.resolve("upload"));
        Files.writeString(library.resolve(".keepsake"), "an installation\n");
        int refused = 0;
        for (int i = 0; i < variants; i++) {
            var variant = "variant %d of %s, seed %d".formatted(i, name, mutator.seed());
            var id = given.asset();
            given.server().sql("update asset set type = ? where id = ?").params(type, id).update();
            var original = library.resolve("upload/" + id);
            Files.write(original, mutator.variant(good));
            var isShown = true;
            try {
                thumbnails.run(new GenerateThumbnails(id));
            } catch (Unrecoverable e) {
                isShown = false;
                refused++;
            } catch (Exception | Error e) {
                throw new AssertionError(variant, e);
            }
            Files.delete(original);
            assertThat(given.isDone(id, "thumbnails_at")).as(variant).isEqualTo(isShown);
            assertThat(
                            handler.library()
                                    .resolve(handler.assets().find(id).orElseThrow().folder())
                                    .toFile()
                                    .list())
                    .as(variant)
                    .hasSize(isShown ? 2 : 0);
        }
        System.out.printf("%d of %d variants of %s refused%n", refused, variants, name);
    }
}
