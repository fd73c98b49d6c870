package app.keepsake.worker.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.worker.onnx.ModelUnusable;
import app.keepsake.worker.support.WorkerFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
        assertThat(Tokenizer.read(MODEL).encode(query.getKey()))
                .containsExactly(query.getValue().ids());
    }

    @Test
    void keepsTheEndWhenATextIsLongerThanTheContext() throws IOException {
        assertThat(Tokenizer.read(MODEL).encode("red ".repeat(10_000)))
                .hasSize(77)
                .startsWith(49406, 736)
                .endsWith(736, 49407);
    }

    @Test
    void readsNoTextAndStrangeTexts() throws IOException {
        var tokenizer = Tokenizer.read(MODEL);
        assertThat(tokenizer.encode(" \n ")).startsWith(49406, 49407, 49407);
        // One word of bytes that no merge knows, far longer than any query.
        assertThat(tokenizer.encode("\uD83E\uDD84".repeat(100_000))).hasSize(77).endsWith(49407);
        assertThat(tokenizer.encode("RED\u3000Car")).containsExactly(tokenizer.encode("red car"));
    }

    @Test
    void refusesATokenizerOfAnotherKindByName(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("textual"));
        for (var file : new String[] {"config.json", "textual/tokenizer_config.json"}) {
            Files.copy(MODEL.resolve(file), folder.resolve(file));
        }
        Files.writeString(
                folder.resolve("textual/tokenizer.json"),
                """
                {"model": {"type": "Unigram", "vocab": []}, "added_tokens": []}
                """);
        assertThatExceptionOfType(ModelUnusable.class)
                .isThrownBy(() -> Tokenizer.read(folder))
                .withMessageContaining(folder.toString())
                .withMessageContaining("choose a CLIP model");
    }
}
