package app.keepsake.sync;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes lines of one stream. Each ends with a line feed, the last one too: phones drop an
 * unfinished one.
 */
final class Lines {

    private static final byte[] EMPTY = ascii("{}");
    private static final int BUFFER = 32 * 1024;

    private final OutputStream out;
    private final long stream;
    private boolean isFirst = true;

    /**
     * @param stream the number that acks carry
     */
    Lines(OutputStream out, long stream) {
        this.out = new BufferedOutputStream(out, BUFFER);
        this.stream = stream;
    }

    /**
     * @param data JSON in UTF-8, on one line
     */
    void write(SyncEntityType type, byte[] data, Ack ack) throws IOException {
        out.write(ascii("{\"type\":\"" + type.wireName() + "\",\"data\":"));
        out.write(data);
        out.write(ascii(",\"ack\":\"" + ack.text(stream) + "\"}\n"));
        if (isFirst) {
            flush(); // so that the phone sees that something comes
            isFirst = false;
        }
    }

    /** A line that says nothing but what may be acked. */
    void mark(Ack ack) throws IOException {
        write(SyncEntityType.SYNC_ACK_V1, EMPTY, ack);
    }

    void reset() throws IOException {
        write(SyncEntityType.SYNC_RESET_V1, EMPTY, new Ack.Reset());
    }

    void complete(Ack.Completed ack) throws IOException {
        write(SyncEntityType.SYNC_COMPLETE_V1, EMPTY, ack);
    }

    void flush() throws IOException {
        out.flush();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
