package app.keepsake.storagetemplate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageTemplateTests {

    private static final UUID ID = UUID.fromString("8c3b9a52-17c4-4a8e-9d55-0123456789ab");

    private static PathValues values(PathValues.@Nullable Album album) {
        return new PathValues(
                ID,
                false,
                "IMG_0042",
                "heic",
                LocalDateTime.of(2021, 1, 3, 17, 4, 9, 7_000_000),
                album,
                "Apple",
                "iPhone 12",
                null);
    }

    private static String render(String template, PathValues values) {
        return StorageTemplate.parse(template).render(values);
    }

    /** The third of January 2021 is in the last week of the year before. */
    @ParameterizedTest
    @CsvSource({
        "y, 2021",
        "yy, 21",
        "M, 1",
        "MM, 01",
        "MMM, Jan",
        "MMMM, January",
        "d, 3",
        "dd, 03",
        "h, 5",
        "hh, 05",
        "H, 17",
        "HH, 17",
        "m, 4",
        "mm, 04",
        "s, 9",
        "ss, 09",
        "SSS, 007",
        "W, 53",
        "WW, 53",
        "filename, IMG_0042",
        "ext, heic",
        "filetype, IMG",
        "filetypefull, IMAGE",
        "assetId, 8c3b9a52-17c4-4a8e-9d55-0123456789ab",
        "assetIdShort, 0123456789ab",
        "album, Summer",
        "album-startDate-y, 2019",
        "album-startDate-MMMM, June",
        "album-endDate-dd, 05",
        "make, Apple",
        "model, iPhone 12",
        "lensModel, ''"
    })
    void knowsEveryToken(String token, String value) {
        var album =
                new PathValues.Album(
                        "Summer",
                        LocalDateTime.of(2019, 6, 1, 0, 0),
                        LocalDateTime.of(2020, 7, 5, 0, 0));
        assertThat(render("x-{{%s}}".formatted(token), values(album))).isEqualTo("x-" + value);
        assertThat(render("x-{{ %s }}".formatted(token), values(album))).isEqualTo("x-" + value);
    }

    @Test
    void choosesByWhatIsKnown() {
        var template =
                "{{#if album}}{{album}}/{{#if make}}{{make}}{{/if}}{{else}}none{{/if}}/{{filename}}";
        var album = new PathValues.Album("A", LocalDateTime.MIN, LocalDateTime.MIN);
        assertThat(render(template, values(album))).isEqualTo("A/Apple/IMG_0042");
        assertThat(render(template, values(null))).isEqualTo("none/IMG_0042");
        assertThat(render("{{#if lensModel}}x{{/if}}{{filename}}", values(null)))
                .isEqualTo("IMG_0042");
    }

    @Test
    void aPathLeadsDownwards() {
        assertThat(FileNames.path("../a/./..//b:c?/d", "x")).isEqualTo("a/bc/d");
        assertThat(FileNames.path("a/", "x")).isEqualTo("a/x");
        assertThat(FileNames.path("///", "x")).isEqualTo("x");
    }

    /** Macs spell some letters with two characters. */
    @Test
    void namesThatLookTheSameAreTheSame() {
        assertThat(FileNames.safe("Cafe\u0301")).isEqualTo(FileNames.safe("Caf\u00e9"));
    }
}
