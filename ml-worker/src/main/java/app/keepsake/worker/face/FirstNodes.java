package app.keepsake.worker.face;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The kinds of a graph's first nodes, which the runtime does not tell. Reads as much of the file's
 * protobuf as it takes: a model holds a graph (7), that its nodes (1), and those their kind (4).
 */
final class FirstNodes {

    private static final int GRAPH = 7;
    private static final int NODE = 1;
    private static final int KIND = 4;
    private static final int LONGEST_NODE = 1 << 20;

    private FirstNodes() {}

    /** At most so many; fewer where the file is not written as they usually are. */
    static List<String> of(Path model, int many) throws IOException {
        var kinds = new ArrayList<String>();
        try (var file = new BufferedInputStream(Files.newInputStream(model))) {
            enter(file, GRAPH);
            while (kinds.size() < many) {
                var length = enter(file, NODE);
                if (length > LONGEST_NODE) {
                    break;
                }
                kinds.add(kind(file.readNBytes((int) length)));
            }
        } catch (EOFException e) {
            // All that there are.
        }
        return kinds;
    }

    private static String kind(byte[] node) throws IOException {
        try (var stream = new ByteArrayInputStream(node)) {
            return new String(stream.readNBytes((int) enter(stream, KIND)), StandardCharsets.UTF_8);
        } catch (EOFException e) {
            return "";
        }
    }

    /** Goes to the content of the next field of that number, and returns its length. */
    private static long enter(InputStream stream, int wanted) throws IOException {
        while (true) {
            long tag = number(stream);
            switch ((int) (tag & 7)) {
                case 0 -> number(stream);
                case 1 -> stream.skipNBytes(8);
                case 2 -> {
                    long length = number(stream);
                    if (tag >> 3 == wanted) {
                        return length;
                    }
                    stream.skipNBytes(length);
                }
                case 5 -> stream.skipNBytes(4);
                default -> throw new EOFException("no protobuf");
            }
        }
    }

    private static long number(InputStream stream) throws IOException {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = stream.read();
            if (next < 0) {
                throw new EOFException();
            }
            number |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return number;
            }
        }
        throw new EOFException("no protobuf");
    }
}
