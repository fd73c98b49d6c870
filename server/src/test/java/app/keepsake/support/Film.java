package app.keepsake.support;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A film that is made while it is sent, so that it may be longer than the memory. */
public final class Film extends InputStream {

    private static final byte CONTENT = 1;

    private long left;

    private Film(long length) {
        left = length;
    }

    /** An upload of it, as {@link Form#photo} is one. */
    public static InputStream form(long length) {
        var form = Form.photo("a.mp4", new byte[0]).bytes();
        int end = "\r\n--%s--\r\n".formatted(Form.BOUNDARY).length();
        var head = Arrays.copyOf(form, form.length - end);
        var tail = Arrays.copyOfRange(form, form.length - end, form.length);
        return new SequenceInputStream(
                Collections.enumeration(
                        List.of(
                                new ByteArrayInputStream(head),
                                new Film(length),
                                new ByteArrayInputStream(tail))));
    }

    @Override
    public int read() {
        return left-- > 0 ? CONTENT : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        int count = (int) Math.min(length, left);
        Arrays.fill(bytes, offset, offset + Math.max(count, 0), CONTENT);
        left -= count;
        return count > 0 ? count : -1;
    }
}
