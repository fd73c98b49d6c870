package app.keepsake.asset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MediaTypesTests {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\.[^|]*) \\|");
    private static final Pattern EXTENSION = Pattern.compile("\\.\\w+");

    @Test
    void theDocumentSaysOfEachPictureAndFilmWhatBecomesOfIt() throws IOException {
        var document =
                Files.readString(
                        Path.of(System.getProperty("keepsake.root", ".."), "docs/formats.md"));
        var told =
                ROW.matcher(document)
                        .results()
                        .flatMap(row -> EXTENSION.matcher(row.group(1)).results())
                        .map(match -> match.group())
                        .toList();
        assertThat(told)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(MediaTypes.Kind.IMAGE, MediaTypes.Kind.VIDEO)
                                .flatMap(kind -> MediaTypes.extensions(kind).stream())
                                .toList());
    }
}
