package app.keepsake.worker.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.worker.onnx.ModelUnusable;
import app.keepsake.worker.support.WorkerFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With a vocabulary of fourteen pieces, as SigLIP's, nllb's and XLM-Roberta's files are made. */
class HubTokenizerTests {

    private static final Path CLIP = WorkerFixtures.models().resolve("clip/tiny-colours");

    private static final int PAD = 0;
    private static final int END = 1;
    private static final int UNKNOWN = 2;
    private static final int RED = 3;
    private static final int CAR = 4;
    private static final int SPACE = 5;
    private static final int S = 11;
    private static final int ENGLISH = 12;
    private static final int RED_WITHOUT_SPACE = 13;

    private final Path folder;

    HubTokenizerTests(@TempDir Path folder) {
        this.folder = folder;
    }

    /** A model's folder but for its graphs. */
    static Path model(Path folder, String text) throws IOException {
        Files.createDirectories(folder.resolve("textual"));
        Files.copy(
                WorkerFixtures.resource("tokenizers/unigram.json"),
                folder.resolve("textual/tokenizer.json"));
        Files.writeString(
                folder.resolve("textual/tokenizer_config.json"), "{\"pad_token\": \"<pad>\"}");
        Files.writeString(folder.resolve("config.json"), "{\"text_cfg\": %s}".formatted(text));
        return folder;
    }

    private static TextTokens.Ids ids(
            Path folder, int length, String text, @Nullable String language) throws IOException {
        try (var tokens = TextTokens.read(folder, length)) {
            return tokens.of(text, language);
        }
    }

    @Test
    void padsToTheLengthAndKeepsTheEndOfALongText() throws IOException {
        model(folder, "{}");
        var ids = ids(folder, 5, " red \n cars", null);
        assertThat(ids.all()).containsExactly(RED, CAR, S, END, PAD);
        assertThat(ids.count()).isEqualTo(4);
        assertThat(ids(folder, 5, "red ".repeat(100_000), null).all())
                .containsExactly(RED, RED, RED, RED, END);
        assertThat(ids(folder, 5, "", null).all()).containsExactly(END, PAD, PAD, PAD, PAD);
    }

    @Test
    void padsWithWhatTheModelSaysAndNotWithWhatTheFileSays() throws IOException {
        model(folder, "{}");
        Files.writeString(
                folder.resolve("textual/tokenizer_config.json"),
                "{\"pad_token\": {\"content\": \"<unk>\", \"special\": true}}");
        change(
                "\"padding\":null",
                """
                "padding":{"strategy":{"Fixed":9},"direction":"Left","pad_to_multiple_of":null,
                    "pad_id":0,"pad_type_id":0,"pad_token":"<pad>"}
                """);
        assertThat(ids(folder, 5, "red", null).all())
                .containsExactly(RED, END, UNKNOWN, UNKNOWN, UNKNOWN);
    }

    @Test
    void readsTextsThatNobodyWrites() throws IOException {
        model(folder, "{}");
        // Half of a pair, and a zero, which ends a text in native code.
        for (var text : List.of("red \uD83E car", "red \0 car")) {
            assertThat(ids(folder, 6, text, null).all())
                    .containsExactly(RED, SPACE, UNKNOWN, CAR, END, PAD);
        }
    }

    @Test
    void cleansForSiglip() throws IOException {
        model(folder, "{\"tokenizer_kwargs\": {\"clean\": \"canonicalize\"}}");
        assertThat(ids(folder, 4, "RED, - car!", null).all()).containsExactly(RED, CAR, END, PAD);
    }

    @ParameterizedTest
    @CsvSource({
        "en, eng_Latn",
        "de-AT, deu_Latn",
        "pt_BR, por_Latn",
        "zh-TW, zho_Hant",
        "zh-CN, zho_Hans",
        "uk, ukr_Cyrl",
        "af, afr_Latn",
        "xx, eng_Latn",
        ", eng_Latn"
    })
    void knowsLanguagesAsNllbDoes(@Nullable String tag, String name) {
        assertThat(Flores.name(tag)).isEqualTo(name);
    }

    @Test
    void saysTheLanguageToNllbOnly() throws IOException {
        var nllb = model(folder.resolve("nllb-clip-base-siglip__v1"), "{}");
        assertThat(ids(nllb, 4, "red car", "en-GB").all())
                .containsExactly(ENGLISH, RED_WITHOUT_SPACE, CAR, END);
        var siglip = model(folder.resolve("ViT-B-16-SigLIP__webli"), "{}");
        assertThat(ids(siglip, 4, "red car", "en-GB").all()).containsExactly(RED, CAR, END, PAD);
    }

    static Stream<Map.Entry<String, Golden.Query>> queries() {
        return Golden.read().queries().entrySet().stream();
    }

    /** The library and our own code read CLIP's words alike. */
    @ParameterizedTest
    @MethodSource("queries")
    void givesClipsIdsToo(Map.Entry<String, Golden.Query> query) throws IOException {
        try (var tokens = HubTokenizer.read(CLIP, 77)) {
            assertThat(tokens.of(query.getKey(), null).all())
                    .containsExactly(query.getValue().ids());
        }
    }

    private void change(String from, String to) throws IOException {
        var file = folder.resolve("textual/tokenizer.json");
        var text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"Unigram\"    | \"Unheard\"  | cannot be read",
                "\"unk_id\":2   | \"unk_id\":99| cannot be read",
                "\"version\"    | version      | is not JSON",
                "<pad>          | <fill>       | has no token <pad>"
            })
    void saysWhatIsWrongWithAFile(String from, String to, String words) throws IOException {
        model(folder, "{}");
        change(from, to);
        assertThatExceptionOfType(ModelUnusable.class)
                .isThrownBy(() -> TextTokens.read(folder, 5))
                .withMessageContaining("tokenizer.json")
                .withMessageContaining(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "tokenizer_config.json"})
    void saysWhichFileIsMissing(String name) throws IOException {
        model(folder, "{}");
        Files.delete(folder.resolve("textual").resolve(name));
        assertThatExceptionOfType(ModelUnusable.class)
                .isThrownBy(() -> TextTokens.read(folder, 5))
                .withMessageContaining(name)
                .withMessageContaining("does not exist");
    }

    @Test
    void saysThatATextCannotBeRead() throws IOException {
        model(folder, "{}");
        change("\"unk_id\":2,", "");
        try (var tokens = TextTokens.read(folder, 5)) {
            assertThat(tokens.of("red car", null).all()).containsExactly(RED, CAR, END, PAD, PAD);
            assertThatExceptionOfType(ModelUnusable.class)
                    .isThrownBy(() -> tokens.of("x", null))
                    .withMessageContaining("tokenizer.json");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "1000000000"})
    void refusesAContextThatCannotBe(String length) throws IOException {
        model(folder, "{\"context_length\": %s}".formatted(length));
        assertThatExceptionOfType(ModelUnusable.class)
                .isThrownBy(() -> ModelFiles.contextLength(folder))
                .withMessageContaining("config.json");
    }
}
