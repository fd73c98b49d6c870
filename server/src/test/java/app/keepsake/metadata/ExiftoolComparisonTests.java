package app.keepsake.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import app.keepsake.support.Tool;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** exiftool is what Immich reads with: where both have a tag, both must say the same. */
class ExiftoolComparisonTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cyclamen_persicum.jpg",
                "denali.webp",
                "gps.jpg",
                "iphone.heic",
                "polemonium_reptans.jpg",
                "prairie_falcon.jpg",
                "tanners_ridge.jpg"
            })
    void saysWhatExiftoolSays(String sample) throws Exception {
        var file = Tool.sample(sample);
        var facts = new OriginalReader(Duration.ofSeconds(20)).read(file, null);
        var tags =
                new ObjectMapper()
                        .readTree(Tool.run("exiftool", "-j", "-n", file.toString()))
                        .get(0);

        assertThat(facts.camera().make()).isEqualTo(text(tags, "Make"));
        assertThat(facts.camera().model()).isEqualTo(text(tags, "Model"));
        assertThat(facts.words().description())
                .isEqualTo(text(tags, "ImageDescription", "Description", "Caption-Abstract"));
        assertThat(facts.camera().lens()).isEqualTo(text(tags, "LensModel", "Lens"));
        assertThat(facts.picture().size())
                .isEqualTo(
                        new Facts.Size(
                                tags.get("ImageWidth").asInt(), tags.get("ImageHeight").asInt()));
        assertThat(facts.picture().profile()).isEqualTo(text(tags, "ProfileDescription"));
        assertNumber(facts.exposure().fNumber(), tags, "FNumber");
        assertNumber(facts.exposure().focalLength(), tags, "FocalLength");
        assertNumber(facts.exposure().iso(), tags, "ISO");
        var position = facts.position();
        assertNumber(position == null ? null : position.latitude(), tags, "GPSLatitude");
        assertNumber(position == null ? null : position.longitude(), tags, "GPSLongitude");
        assertThat(facts.exposure().time())
                .isEqualTo(
                        tags.has("ExposureTime")
                                ? new ObjectMapper()
                                        .readTree(
                                                Tool.run(
                                                        "exiftool",
                                                        "-j",
                                                        "-ExposureTime",
                                                        file.toString()))
                                        .get(0)
                                        .get("ExposureTime")
                                        .asString()
                                : null);
        var taken = text(tags, "SubSecDateTimeOriginal", "SubSecCreateDate", "DateTimeOriginal");
        var expected = Taken.parse(taken);
        if (expected == null) {
            assertThat(facts.taken()).isNull();
        } else {
            assertThat(facts.taken()).isNotNull();
            assertThat(facts.taken().local()).isEqualTo(expected.local());
        }
    }

    private static @Nullable String text(JsonNode tags, String... names) {
        for (var name : names) {
            if (tags.has(name)) {
                return tags.get(name).asString().strip();
            }
        }
        return null;
    }

    private static void assertNumber(@Nullable Number ours, JsonNode tags, String name) {
        if (tags.has(name)) {
            assertThat(ours).as(name).isNotNull();
            assertThat(ours.doubleValue())
                    .as(name)
                    .isCloseTo(tags.get(name).asDouble(), within(1e-6));
        } else {
            assertThat(ours).as(name).isNull();
        }
    }
}
