package app.keepsake.worker.image;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.jobs.Unrecoverable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A HEIF that would end the process in libheif is refused before that sees it. */
class HeifItemsTests {

    private final Path folder;

    HeifItemsTests(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void refusesPicturesThatAreMadeOfEachOther() throws IOException {
        assertRefused(heif(madeOf(1, 2), madeOf(2, 1)), "levels");
        assertRefused(heif(madeOf(7, 7)), "levels");
    }

    @Test
    void refusesAPictureThatIsMadeOfTooMany() throws IOException {
        var grids =
                IntStream.range(1, 4)
                        .mapToObj(i -> madeOf(i, all(256, i + 1)))
                        .toArray(byte[][]::new);
        assertRefused(heif(grids), "10000 others");
    }

    @Test
    void refusesReferencesThatStandBehindAnotherIndex() throws IOException {
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(heif());
        whole.writeBytes(meta(madeOf(1, 1)));
        assertRefused(whole.toByteArray(), "levels");
    }

    @Test
    void takesAGridOfTurnedTiles() throws IOException {
        var file = write(heif(madeOf(1, 2, 3), madeOf(2, 4), madeOf(3, 5)));
        assertThatCode(() -> Source.of(file)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"iphone.heic", "quadrants.heic", "quadrants.avif"})
    void takesWhatCamerasMake(String name) {
        assertThatCode(() -> Source.of(Pictures.fixture(name))).doesNotThrowAnyException();
    }

    private void assertRefused(byte[] heif, String reason) throws IOException {
        var file = write(heif);
        assertThatExceptionOfType(Unrecoverable.class)
                .isThrownBy(() -> Source.of(file))
                .withMessageContaining(reason);
    }

    private Path write(byte[] heif) throws IOException {
        return Files.write(folder.resolve("picture.heic"), heif);
    }

    private static byte[] heif(byte[]... references) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(box("ftyp", "heic\0\0\0\0mif1heic".getBytes(StandardCharsets.ISO_8859_1)));
        all.writeBytes(meta(references));
        return all.toByteArray();
    }

    private static byte[] meta(byte[]... references) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(new byte[4]);
        Arrays.stream(references).forEach(all::writeBytes);
        var iref = box("iref", all.toByteArray());
        return box("meta", ByteBuffer.allocate(4 + iref.length).put(4, iref).array());
    }

    private static byte[] madeOf(int item, int... parts) {
        var content = ByteBuffer.allocate(4 + 2 * parts.length);
        content.putShort((short) item).putShort((short) parts.length);
        Arrays.stream(parts).forEach(part -> content.putShort((short) part));
        return box("dimg", content.array());
    }

    private static int[] all(int count, int item) {
        return IntStream.generate(() -> item).limit(count).toArray();
    }

    private static byte[] box(String type, byte[] content) {
        return ByteBuffer.allocate(8 + content.length)
                .putInt(8 + content.length)
                .put(type.getBytes(StandardCharsets.ISO_8859_1))
                .put(content)
                .array();
    }
}
