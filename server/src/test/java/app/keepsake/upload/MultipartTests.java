package app.keepsake.upload;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.problem.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartTests {

    private static final String TYPE = "multipart/form-data; boundary=XX";

    @Test
    void readsPartsInTheirOrder() throws Exception {
        var parts =
                read(
                        TYPE,
                        "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
                                + "--XX\r\ncontent-type: image/jpeg\r\n"
                                + "CONTENT-DISPOSITION: form-data; name=f; filename=\"x.jpg\"\r\n\r\n\r\n"
                                + "--XX--\r\n");
        assertThat(parts).containsExactly("a=1", "f(x.jpg)=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data; boundary=\"XX\"",
                "Multipart/Form-Data;charset=utf-8;BOUNDARY=XX",
                "multipart/form-data; boundary=XX; charset=utf-8"
            })
    void findsTheBoundary(String contentType) throws Exception {
        assertThat(read(contentType, "--XX\r\n\r\n1\r\n--XX--")).containsExactly("=1");
    }

    @Test
    void ignoresWhatStandsAroundTheParts() throws Exception {
        assertThat(read(TYPE, "preamble\r\n--XX  \r\n\r\n1\r\n--XX--\r\nepilogue\r\n--XX\r\n"))
                .containsExactly("=1");
        var empty = new Multipart(new ByteArrayInputStream("--XX--\r\n".getBytes(UTF_8)), TYPE);
        assertThat(empty.next()).isNull();
        assertThat(empty.next()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n--X",
                "\r\n--",
                "--XX",
                "\r\n\r\n--X\r\n--X",
                "\r\r\n-\r\n--\r\n--X",
                "X"
            })
    void keepsContentThatLooksLikeABoundary(String content) throws Exception {
        assertThat(read(TYPE, "--XX\r\n\r\n" + content + "\r\n--XX--"))
                .containsExactly("=" + content);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "filename=\"a b;c=d.jpg\" | a b;c=d.jpg",
                "filename=\"a\\\"b.jpg\" | a\"b.jpg",
                "filename=\"C:\\dir\\a.jpg\" | C:\\dir\\a.jpg",
                "filename=\"čaj.jpg\" | čaj.jpg",
                "filename=\"x\"; filename*=UTF-8''%C4%8Daj+1.jpg | čaj+1.jpg"
            })
    void readsFileNames(String parameter, String expected) throws Exception {
        var parts =
                read(
                        TYPE,
                        "--XX\r\nContent-Disposition: form-data; name=\"f\"; %s\r\n\r\n\r\n--XX--"
                                .formatted(parameter));
        assertThat(parts).containsExactly("f(%s)=".formatted(expected));
    }

    /**
     * Whatever the network cuts the body into, and wherever the buffer ends, bytes are the same.
     */
    @Test
    void keepsEveryByteHoweverTheyArrive() throws Exception {
        var random = new Random(7);
        for (int round = 0; round < 60; round++) {
            var boundary = "-".repeat(random.nextInt(30)) + "b" + random.nextInt(1000);
            var content = new byte[random.nextInt(400_000)];
            for (int i = 0; i < content.length; i++) {
                content[i] = (byte) "\r\n-b0123456789".charAt(random.nextInt(14));
            }
            var body = new ByteArrayOutputStream();
            body.writeBytes(("--" + boundary + "\r\n\r\n").getBytes(ISO_8859_1));
            body.writeBytes(content);
            body.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(ISO_8859_1));
            if (new String(content, ISO_8859_1).contains("\r\n--" + boundary)) {
                continue;
            }
            var multipart =
                    new Multipart(
                            new Trickle(body.toByteArray(), random),
                            "multipart/form-data; boundary=" + boundary);
            var read = new ByteArrayOutputStream();
            assertThat(multipart.next()).isNotNull();
            multipart.transferTo(read::write);
            assertThat(read.toByteArray()).isEqualTo(content);
            assertThat(multipart.next()).isNull();
            assertThat(multipart.next()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--XX",
                "--XX\r\n",
                "--XX\r\nContent-Disposition: form-data; name=\"a\"",
                "--XX\r\n\r\nhalf a pho",
                "--XX\r\n\r\nx\r\n--X",
                "--XX\r\n\r\nx\r\n--XX",
                "--XXY\r\n\r\nx\r\n--XX--",
                "--XX-Y\r\n\r\nx\r\n--XX--",
                "--XX\r\nContent-Disposition: form-data; filename*=latin1''x\r\n\r\nx\r\n--XX--",
                "--XX\r\nContent-Disposition: form-data; filename*=x\r\n\r\nx\r\n--XX--",
                "--XX\r\nContent-Disposition: form-data; filename*=UTF-8''%x\r\n\r\nx\r\n--XX--"
            })
    void refusesABodyThatIsCutOffOrMalformed(String body) {
        assertThatExceptionOfType(Problem.Invalid.class).isThrownBy(() -> read(TYPE, body));
    }

    @Test
    void refusesABodyWhoseClientHasGone() {
        var gone =
                new SequenceInputStream(
                        new ByteArrayInputStream("--XX\r\n\r\nhalf a pho".getBytes(UTF_8)),
                        new InputStream() {
                            @Override
                            public int read() throws IOException {
                                throw new IOException("connection reset");
                            }
                        });
        var multipart = new Multipart(gone, TYPE);
        assertThat(multipart.next()).isNotNull();
        assertThatExceptionOfType(Problem.Invalid.class).isThrownBy(() -> multipart.text(1000));
    }

    @Test
    void skipsThePartThatNobodyReads() {
        var body = "--XX\r\n\r\n1\r\n--XX\r\n\r\n2\r\n--XX--";
        var multipart = new Multipart(new ByteArrayInputStream(body.getBytes(UTF_8)), TYPE);
        assertThat(multipart.next()).isNotNull();
        assertThat(multipart.next()).isNotNull();
        assertThat(multipart.text(1000)).isEqualTo("2");
        assertThat(multipart.next()).isNull();
    }

    @Test
    void takesWhatJustFits() throws Exception {
        var text = "t".repeat(1000);
        assertThat(read(TYPE, "--XX\r\n\r\n" + text + "\r\n--XX--")).containsExactly("=" + text);
        assertThat(read(TYPE, "--XX\r\n\r\n\r\n".repeat(100) + "--XX--")).hasSize(100);
        var boundary = "b".repeat(200);
        assertThat(
                        read(
                                "multipart/form-data; boundary=" + boundary,
                                "--" + boundary + "\r\n\r\n1\r\n--" + boundary + "--"))
                .containsExactly("=1");
    }

    @Test
    void limitsWhatIsHeldInMemory() {
        var line = "--XX\r\nX: " + "h".repeat(200_000) + "\r\n\r\n\r\n--XX--";
        var head = "--XX\r\nX: " + "h".repeat(20_000) + "\r\n\r\n\r\n--XX--";
        var heads = "--XX\r\n" + ("X: " + "h".repeat(2000) + "\r\n").repeat(20) + "\r\n\r\n--XX--";
        var preamble = "p".repeat(20_000) + "\r\n--XX\r\n\r\n\r\n--XX--";
        var parts = "--XX\r\n\r\n\r\n".repeat(101) + "--XX--";
        var text = "--XX\r\n\r\n" + "t".repeat(1001) + "\r\n--XX--";
        for (var body : List.of(line, head, heads, preamble, parts, text)) {
            assertThatExceptionOfType(Problem.Invalid.class).isThrownBy(() -> read(TYPE, body));
        }
        var boundary = "b".repeat(201);
        assertThatExceptionOfType(Problem.Invalid.class)
                .isThrownBy(
                        () ->
                                read(
                                        "multipart/form-data; boundary=" + boundary,
                                        "--" + boundary + "--"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "text/plain", "multipart/form-data", "multipart/form-data; boundary="})
    void refusesAnotherContentType(String contentType) {
        assertThatExceptionOfType(Problem.Invalid.class)
                .isThrownBy(() -> read(contentType, "----"));
    }

    private static List<String> read(String contentType, String body) throws IOException {
        var multipart = new Multipart(new ByteArrayInputStream(body.getBytes(UTF_8)), contentType);
        var parts = new ArrayList<String>();
        Multipart.Part part;
        while ((part = multipart.next()) != null) {
            var name = part.fileName() == null ? "" : "(" + part.fileName() + ")";
            parts.add(part.name() + name + "=" + multipart.text(1000));
        }
        return parts;
    }

    /** Hands out a few bytes, or many, at a time. */
    private static final class Trickle extends InputStream {

        private final byte[] bytes;
        private final Random random;
        private int position;

        Trickle(byte[] bytes, Random random) {
            this.bytes = bytes;
            this.random = random;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("one byte at a time is too slow");
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (position == bytes.length) {
                return -1;
            }
            int wanted = 1 + random.nextInt(random.nextBoolean() ? 20 : 70_000);
            int count = Math.min(Math.min(wanted, length), bytes.length - position);
            System.arraycopy(bytes, position, target, offset, count);
            position += count;
            return count;
        }
    }
}
