package app.keepsake.worker.clip;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.worker.support.WorkerFixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerTests {

    private static final Path MODEL = WorkerFixtures.models().resolve("clip/tiny-colours");

    static Stream<Map.Entry<String, Golden.Query>> queries() {
        return Golden.read().queries().entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("queries")
    void givesTheReferencesIds(Map.Entry<String, Golden.Query> query) throws IOException {
        assertThat(Tokenizer.read(MODEL, 77).of(query.getKey(), null).all())
                .containsExactly(query.getValue().ids());
    }

    @Test
    void keepsTheEndWhenATextIsLongerThanTheContext() throws IOException {
        assertThat(Tokenizer.read(MODEL, 77).of("red ".repeat(10_000), null).all())
                .hasSize(77)
                .startsWith(49406, 736)
                .endsWith(736, 49407);
    }

    @Test
    void readsNoTextAndStrangeTexts() throws IOException {
        var tokenizer = Tokenizer.read(MODEL, 77);
        assertThat(tokenizer.of(" \n ", null).all()).startsWith(49406, 49407, 49407);
        // One word of bytes that no merge knows, far longer than any query.
        assertThat(tokenizer.of("\uD83E\uDD84".repeat(100_000), null).all())
                .hasSize(77)
                .endsWith(49407);
        assertThat(tokenizer.of("RED\u3000Car", null).all())
                .containsExactly(tokenizer.of("red car", null).all());
    }
}
