package app.keepsake.metadata;

import static app.keepsake.metadata.MetadataFixtures.film;
import static app.keepsake.metadata.MetadataFixtures.png;
import static app.keepsake.metadata.MetadataFixtures.tagged;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.jobs.Unrecoverable;
import app.keepsake.support.Mutator;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** Whatever is wrong with a file: its asset is shown, or its job fails for good with a reason. */
@ServerTest
@Tag("long")
class BrokenOriginalsTests {

    private static final int VARIANTS = 300;

    @Autowired ApplicationContext server;

    @Test
    void everyBrokenFileIsReadOrRefusedAndItsAssetShown(@TempDir Path folder) throws Exception {
        var given = new MetadataFixtures(server);
        var mutator = new Mutator();
        var samples =
                List.of(
                        tagged(
                                folder,
                                "polemonium_reptans.jpg",
                                "-DateTimeOriginal=2019:01:01 01:01:01",
                                "-GPSLatitude=48.5",
                                "-GPSLongitude=16.25",
                                "-IPTC:Keywords=Sea",
                                "-XMP:Rating=5"),
                        png(folder, "-z", "-XMP:Rating=5", "-EXIF:Make=Canon"),
                        Tool.sample("denali.webp"),
                        Tool.sample("iphone.heic"),
                        film(folder.resolve("film.mp4")));
        int refused = 0;
        for (var sample : samples) {
            var good = Files.readAllBytes(sample);
            var name = sample.getFileName().toString();
            for (int i = 0; i < VARIANTS; i++) {
                var broken = Files.write(folder.resolve("broken-" + name), mutator.variant(good));
                var id = given.upload(broken, Map.of());
                try {
                    given.run(id);
                } catch (Unrecoverable e) {
                    refused++;
                } catch (Exception | Error e) {
                    throw new AssertionError(
                            "variant %d of %s, seed %d".formatted(i, name, mutator.seed()), e);
                } finally {
                    Files.delete(given.original(id));
                }
                assertThat(given.row(id))
                        .as("variant %d of %s, seed %d", i, name, mutator.seed())
                        .doesNotContainEntry("date_time_original", null)
                        .doesNotContainEntry("metadata_extracted_at", null);
            }
        }
        System.out.printf("%d of %d refused%n", refused, samples.size() * VARIANTS);
    }
}
