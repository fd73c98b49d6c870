package app.keepsake.support;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;

/** Broken variants of a good file: the same ones for the same seed. */
public final class Mutator {

    private static final int HEAD = 512;

    /** What a length or a count in a file is when somebody means harm, or was unlucky. */
    private static final int[] NUMBERS = {
        0, 1, -1, 0x7fffffff, 0x80000000, 0x40000000, 0xffff, 0x01000000
    };

    private final long seed;
    private final Random random;

    /** A seed of today, or {@code -Dkeepsake.seed}; it is printed, to see a failure again. */
    public Mutator() {
        seed = Long.getLong("keepsake.seed", System.nanoTime());
        random = new Random(seed);
        System.out.println("Variants are made with -Dkeepsake.seed=" + seed);
    }

    public long seed() {
        return seed;
    }

    /** A copy with one to three things wrong with it. */
    public byte[] variant(byte[] good) {
        var bytes = good.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes = broken(bytes);
        }
        return bytes;
    }

    private byte[] broken(byte[] bytes) {
        if (bytes.length < 8) {
            return bytes;
        }
        int at = at(bytes);
        switch (random.nextInt(5)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> {
                int number = NUMBERS[random.nextInt(NUMBERS.length)];
                ByteBuffer.wrap(bytes).putInt(Math.min(at, bytes.length - 4), number);
            }
            case 2 -> {
                return joined(bytes, Math.max(1, at), new byte[0], bytes.length); // cut off
            }
            case 3 -> {
                int gap = 1 + random.nextInt(64);
                return joined(bytes, at, new byte[0], Math.min(bytes.length, at + gap));
            }
            default -> {
                var noise = new byte[1 + random.nextInt(64)];
                random.nextBytes(noise);
                return joined(bytes, at, noise, at);
            }
        }
        return bytes;
    }

    /** Half of the time where a file says how to read the rest. */
    private int at(byte[] bytes) {
        return random.nextInt(random.nextBoolean() ? Math.min(HEAD, bytes.length) : bytes.length);
    }

    private static byte[] joined(byte[] bytes, int end, byte[] between, int from) {
        var all = new ByteArrayOutputStream();
        all.write(bytes, 0, end);
        all.writeBytes(between);
        all.write(bytes, from, bytes.length - from);
        return all.toByteArray();
    }
}
