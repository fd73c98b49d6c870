package app.keepsake.upload;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import app.keepsake.support.UploadClient;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Uploads stream: what they take of the memory does not grow with the file (I7). */
@ServerTest
class LargeUploadTests {

    private static final long LENGTH = 300_000_000;

    @Autowired Fixtures given;
    @Autowired Library library;
    @Autowired JdbcClient jdbc;

    @Tag("long")
    @Test
    void takesAFilmThatIsManyTimesItsMemory(@TempDir Path folder) throws Exception {
        var ana = given.user();
        try (var server = ChildServer.start(folder, library.root(), "64m")) {
            var client = new UploadClient(server.port(), given.bearer(ana));
            var answer = client.upload(new Form().contentType(), film());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        }
        var path =
                jdbc.sql("select original_path from asset where owner_id = ?")
                        .param(ana.userId())
                        .query(String.class)
                        .single();
        assertThat(library.resolve(path)).hasSize(LENGTH);
        Files.delete(library.resolve(path));
        jdbc.sql("delete from asset where owner_id = ?").param(ana.userId()).update();
    }

    /** A form whose file is made while it is sent. */
    private static InputStream film() {
        var form = Form.photo("a.mp4", new byte[0]).bytes();
        int end = "\r\n--%s--\r\n".formatted(Form.BOUNDARY).length();
        var head = Arrays.copyOf(form, form.length - end);
        var tail = Arrays.copyOfRange(form, form.length - end, form.length);
        return new SequenceInputStream(
                Collections.enumeration(
                        List.of(
                                new ByteArrayInputStream(head),
                                new Frames(),
                                new ByteArrayInputStream(tail))));
    }

    private static final class Frames extends InputStream {

        private long left = LENGTH;

        @Override
        public int read() {
            return left-- > 0 ? 1 : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            int count = (int) Math.min(length, left);
            left -= count;
            return count > 0 ? count : -1;
        }
    }
}
