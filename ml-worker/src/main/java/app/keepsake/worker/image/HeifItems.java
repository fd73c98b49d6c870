package app.keepsake.worker.image;

import app.keepsake.jobs.Unrecoverable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a HEIF's pictures are put together from: tiles, and pictures that are made of others.
 *
 * <p>libheif follows these references wherever they lead: two that are made of each other end the
 * process, and ten grids of grids keep it busy for years. So they are counted before it sees them.
 */
final class HeifItems {

    /** A grid of turned tiles has two. */
    private static final int MOST_LEVELS = 4;

    /** Phones' pictures of 200 million pixels have some 800. */
    private static final long MOST_DECODED = 10_000;

    private static final int MOST_BYTES = 4 << 20;
    private static final int MOST_BOXES = 10_000;

    private final RandomAccessFile file;

    /** What each item is made of. */
    private final Map<Long, List<Long>> parts = new HashMap<>();

    /** How many pictures are decoded for an item. */
    private final Map<Long, Long> decoded = new HashMap<>();

    private int boxes;

    private HeifItems(RandomAccessFile file) {
        this.file = file;
    }

    /** Throws if a picture is made of others without end, or of too many. */
    static void requireFew(Path picture) throws IOException, Unrecoverable {
        try (var file = new RandomAccessFile(picture.toFile(), "r")) {
            var items = new HeifItems(file);
            items.read(0, file.length());
            for (var item : items.parts.keySet()) {
                items.decoded(item, 0);
            }
        }
    }

    /** The boxes of a part of the file; what is broken is left to its decoder. */
    private void read(long from, long end) throws IOException, Unrecoverable {
        for (long at = from; at <= end - 8; ) {
            if (++boxes > MOST_BOXES) {
                throw new Unrecoverable("The HEIF has more than %d boxes".formatted(MOST_BOXES));
            }
            var head = bytes(at, (int) Math.min(16, end - at));
            long size = Integer.toUnsignedLong(head.getInt());
            var type = StandardCharsets.ISO_8859_1.decode(head.slice(4, 4)).toString();
            int headSize = 8;
            if (size == 1 && head.capacity() == 16) {
                size = head.getLong(8);
                headSize = 16;
            } else if (size == 0) {
                size = end - at;
            }
            if (size < headSize) {
                return;
            }
            long next = size > end - at ? end : at + size;
            if (type.equals("meta")) {
                read(at + headSize + 4, next);
            } else if (type.equals("iref")) {
                readReferences(at + headSize, next);
            }
            at = next;
        }
    }

    private void readReferences(long from, long end) throws IOException, Unrecoverable {
        if (end - from > MOST_BYTES) {
            throw new Unrecoverable(
                    "The HEIF has more than %d bytes of references".formatted(MOST_BYTES));
        } else if (end - from < 4) {
            return;
        }
        var all = bytes(from, (int) (end - from));
        boolean isWide = all.get(0) != 0;
        int idSize = isWide ? 4 : 2;
        for (int at = 4; at <= all.capacity() - 8; ) {
            int size = all.getInt(at);
            if (size < 8 + idSize + 2 || size > all.capacity() - at) {
                return;
            }
            if (all.getInt(at + 4) == 0x64696d67) { // dimg
                var to = parts.computeIfAbsent(id(all, at + 8, isWide), _ -> new ArrayList<>());
                int count = all.getShort(at + 8 + idSize) & 0xffff;
                int first = at + 10 + idSize;
                for (int i = 0; i < count && first + (i + 1) * idSize <= at + size; i++) {
                    to.add(id(all, first + i * idSize, isWide));
                }
            }
            at += size;
        }
    }

    private static long id(ByteBuffer bytes, int at, boolean isWide) {
        return isWide ? Integer.toUnsignedLong(bytes.getInt(at)) : bytes.getShort(at) & 0xffff;
    }

    private long decoded(long item, int level) throws Unrecoverable {
        if (level > MOST_LEVELS) {
            throw new Unrecoverable(
                    "The HEIF's pictures are made of others in more than %d levels"
                            .formatted(MOST_LEVELS));
        }
        var done = decoded.get(item);
        if (done != null) {
            return done;
        }
        long sum = parts.containsKey(item) ? 0 : 1;
        for (var part : parts.getOrDefault(item, List.of())) {
            sum += decoded(part, level + 1);
            if (sum > MOST_DECODED) {
                throw new Unrecoverable(
                        "The HEIF's picture is made of more than %d others"
                                .formatted(MOST_DECODED));
            }
        }
        decoded.put(item, sum);
        return sum;
    }

    private ByteBuffer bytes(long at, int count) throws IOException {
        var bytes = new byte[count];
        file.seek(at);
        file.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }
}
