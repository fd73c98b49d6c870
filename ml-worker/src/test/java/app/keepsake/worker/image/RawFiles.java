package app.keepsake.worker.image;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Raw files as cameras lay them out, drawn here: red, green / blue, white. */
public final class RawFiles {

    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;

    private static final int NEW_SUBFILE_TYPE = 254;
    private static final int COMPRESSION = 259;
    private static final int MAKE = 271;
    private static final int MODEL = 272;
    private static final int STRIP_OFFSETS = 273;
    private static final int ORIENTATION = 274;
    private static final int STRIP_BYTE_COUNTS = 279;
    private static final int SUB_IFDS = 330;
    private static final int JPEG_OFFSET = 513;
    private static final int JPEG_LENGTH = 514;

    private RawFiles() {}

    /** What a sensor saw, without a preview. */
    public static Path developable(Path file, int orientation) throws IOException {
        return Files.write(file, tiff(sensor(orientation)));
    }

    /** What a sensor saw, and what the camera made of it. */
    static Path developable(Path file, int orientation, byte[] preview) throws IOException {
        return Files.write(file, tiff(sensor(orientation).sub(reduced(preview))));
    }

    /** A preview where this maker's cameras put it, and nothing that could be developed. */
    public static Path withPreview(Path file, String make, int orientation, byte[] preview)
            throws IOException {
        var ifd = new Ifd().text(MAKE, make).text(MODEL, make).shorts(ORIENTATION, orientation);
        switch (make) {
            case "Canon" ->
                    ifd.shorts(COMPRESSION, 6)
                            .blob(STRIP_OFFSETS, preview)
                            .longs(STRIP_BYTE_COUNTS, preview.length);
            case "SONY" ->
                    ifd.longs(NEW_SUBFILE_TYPE, 1)
                            .shorts(COMPRESSION, 6)
                            .blob(JPEG_OFFSET, preview)
                            .longs(JPEG_LENGTH, preview.length);
            default -> ifd.sub(reduced(preview));
        }
        return Files.write(file, tiff(ifd));
    }

    /** So many previews, of so many bytes each, which all lie in the same place. */
    static Path withPreviews(Path file, int count, int size, byte[] preview) throws IOException {
        var ifds = ByteBuffer.allocate(8 + count * 42).order(ByteOrder.LITTLE_ENDIAN);
        ifds.put(new byte[] {'I', 'I', 42, 0}).putInt(8);
        for (int i = 1; i <= count; i++) {
            int next = i < count ? ifds.position() + 42 : 0;
            ifds.putShort((short) 3)
                    .putShort((short) COMPRESSION)
                    .putShort((short) 3)
                    .putInt(1)
                    .putInt(6)
                    .putShort((short) JPEG_OFFSET)
                    .putShort((short) 4)
                    .putInt(1)
                    .putInt(ifds.capacity())
                    .putShort((short) JPEG_LENGTH)
                    .putShort((short) 4)
                    .putInt(1)
                    .putInt(size)
                    .putInt(next);
        }
        try (var out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(ifds.array());
            out.write(preview);
            out.setLength(ifds.capacity() + (long) size);
        }
        return file;
    }

    private static Ifd reduced(byte[] jpeg) {
        return new Ifd()
                .longs(NEW_SUBFILE_TYPE, 1)
                .shorts(COMPRESSION, 6)
                .blob(JPEG_OFFSET, jpeg)
                .longs(JPEG_LENGTH, jpeg.length);
    }

    /** A DNG of a camera that sees in sRGB's primaries, each pixel one of red, green and blue. */
    private static Ifd sensor(int orientation) {
        return new Ifd()
                .longs(NEW_SUBFILE_TYPE, 0)
                .longs(256, WIDTH)
                .longs(257, HEIGHT)
                .shorts(258, 16)
                .shorts(COMPRESSION, 1)
                .shorts(262, 32803)
                .text(MAKE, "Keepsake")
                .text(MODEL, "Sensor")
                .blob(STRIP_OFFSETS, mosaic())
                .shorts(ORIENTATION, orientation)
                .shorts(277, 1)
                .longs(278, HEIGHT)
                .longs(STRIP_BYTE_COUNTS, 2 * WIDTH * HEIGHT)
                .shorts(284, 1)
                .shorts(33421, 2, 2)
                .bytes(33422, 0, 1, 1, 2)
                .bytes(50706, 1, 4, 0, 0)
                .text(50708, "Keepsake Sensor")
                .longs(50717, 65535)
                .rationals(50721, 32406, -15372, -4986, -9689, 18758, 415, 557, -2040, 10570)
                .rationals(50728, 10000, 10000, 10000)
                .shorts(50778, 21);
    }

    private static byte[] mosaic() {
        var samples = ByteBuffer.allocate(2 * WIDTH * HEIGHT).order(ByteOrder.LITTLE_ENDIAN);
        int[][] colours = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 1}};
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                var colour = colours[2 * y / HEIGHT * 2 + 2 * x / WIDTH];
                samples.putShort((short) (60_000 * colour[x % 2 + y % 2]));
            }
        }
        return samples.array();
    }

    private static byte[] tiff(Ifd main) {
        var out = ByteBuffer.allocate(1 << 22).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {'I', 'I', 42, 0}).putInt(8);
        main.write(out);
        var whole = new byte[out.position()];
        out.flip().get(whole);
        return whole;
    }

    /** Tags, their values, and what lies behind them. */
    private static final class Ifd {

        private record Entry(int type, int count, byte[] value, boolean isBlob) {}

        private final TreeMap<Integer, Entry> entries = new TreeMap<>();
        private final List<Ifd> subs = new ArrayList<>();

        Ifd sub(Ifd ifd) {
            subs.add(ifd);
            return longs(SUB_IFDS, new int[subs.size()]);
        }

        Ifd bytes(int tag, int... values) {
            var data = new byte[values.length];
            for (int i = 0; i < values.length; i++) {
                data[i] = (byte) values[i];
            }
            return add(tag, 1, values.length, data);
        }

        Ifd text(int tag, String text) {
            var data = (text + "\0").getBytes(StandardCharsets.US_ASCII);
            return add(tag, 2, data.length, data);
        }

        Ifd shorts(int tag, int... values) {
            var data = little(2 * values.length);
            for (int value : values) {
                data.putShort((short) value);
            }
            return add(tag, 3, values.length, data.array());
        }

        Ifd longs(int tag, int... values) {
            var data = little(4 * values.length);
            for (int value : values) {
                data.putInt(value);
            }
            return add(tag, 4, values.length, data.array());
        }

        /** Ten-thousandths. */
        Ifd rationals(int tag, int... values) {
            var data = little(8 * values.length);
            for (int value : values) {
                data.putInt(value).putInt(10_000);
            }
            return add(tag, 10, values.length, data.array());
        }

        /** Where bytes lie. */
        Ifd blob(int tag, byte[] data) {
            entries.put(tag, new Entry(4, 1, data, true));
            return this;
        }

        private Ifd add(int tag, int type, int count, byte[] value) {
            entries.put(tag, new Entry(type, count, value, false));
            return this;
        }

        private static ByteBuffer little(int length) {
            return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        }

        /** At the buffer's position, with all that it refers to behind it. */
        void write(ByteBuffer out) {
            int start = out.position();
            out.position(start + 2 + 12 * entries.size() + 4);
            if (!subs.isEmpty()) {
                var places = new int[subs.size()];
                for (int i = 0; i < places.length; i++) {
                    places[i] = out.position();
                    subs.get(i).write(out);
                }
                longs(SUB_IFDS, places);
            }
            int at = start + 2;
            out.putShort(start, (short) entries.size());
            for (var each : entries.entrySet()) {
                var entry = each.getValue();
                out.putShort(at, (short) (int) each.getKey()).putShort(at + 2, (short) entry.type);
                out.putInt(at + 4, entry.count);
                if (entry.isBlob || entry.value.length > 4) {
                    out.putInt(at + 8, out.position()).put(entry.value);
                    out.position(out.position() + out.position() % 2);
                } else {
                    out.put(at + 8, entry.value);
                }
                at += 12;
            }
        }
    }
}
