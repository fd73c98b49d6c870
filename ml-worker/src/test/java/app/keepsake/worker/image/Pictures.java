package app.keepsake.worker.image;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Pictures to test with: fixtures, and what is drawn or broken here. */
public final class Pictures {

    private Pictures() {}

    /** A file of {@code src/test/resources/pictures}. */
    public static Path fixture(String name) {
        try {
            return Path.of(
                    Objects.requireNonNull(
                                    Pictures.class.getResource("/pictures/" + name),
                                    () -> "no such fixture: " + name)
                            .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A picture of random grain, which takes long to decode for its size. */
    static Path noise(Path folder, int width, int height) throws IOException {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var random = new Random(1);
        image.setRGB(0, 0, width, height, random.ints((long) width * height).toArray(), 0, width);
        return write(folder, image, "jpeg");
    }

    /** A picture of one colour. */
    static Path plain(Path folder, int width, int height, Color colour, String format)
            throws IOException {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var canvas = image.createGraphics();
        canvas.setColor(colour);
        canvas.fillRect(0, 0, width, height);
        canvas.dispose();
        return write(folder, image, format);
    }

    /** Red, green / blue, white. */
    static Path quadrants(Path folder, int width, int height) throws IOException {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var canvas = image.createGraphics();
        var colours = new Color[] {Color.RED, Color.GREEN, Color.BLUE, Color.WHITE};
        for (int i = 0; i < 4; i++) {
            canvas.setColor(colours[i]);
            canvas.fillRect(i % 2 * width / 2, i / 2 * height / 2, width / 2, height / 2);
        }
        canvas.dispose();
        return write(folder, image, "jpeg");
    }

    private static Path write(Path folder, BufferedImage image, String format) throws IOException {
        var file = Files.createTempFile(folder, "drawn-", "." + format);
        if (!ImageIO.write(image, format, file.toFile())) {
            throw new IllegalArgumentException("no writer of " + format);
        }
        return file;
    }

    /** The first part of a fixture, as an interrupted copy leaves it. */
    static Path cut(Path folder, Path whole, double share) throws IOException {
        var bytes = Files.readAllBytes(whole);
        var part = ByteBuffer.wrap(bytes, 0, (int) (bytes.length * share));
        var file = Files.createTempFile(folder, "cut-", ".jpg");
        try (var out = Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE)) {
            out.write(part);
        }
        return file;
    }

    /** A file of a few bytes whose header promises a huge picture. */
    static Path pngBomb(Path folder, int width, int height) throws IOException {
        var bomb = ByteBuffer.allocate(8 + 25 + 16 + 12);
        bomb.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        var header = ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8);
        chunk(bomb, "IHDR", header.put((byte) 2).array());
        chunk(bomb, "IDAT", new byte[] {0x78, (byte) 0x9c, 3, 0});
        chunk(bomb, "IEND", new byte[0]);
        return Files.write(Files.createTempFile(folder, "bomb-", ".png"), bomb.array());
    }

    private static void chunk(ByteBuffer to, String type, byte[] data) {
        var checksum = new CRC32();
        var name = type.getBytes(StandardCharsets.US_ASCII);
        checksum.update(name);
        checksum.update(data);
        to.putInt(data.length).put(name).put(data).putInt((int) checksum.getValue());
    }

    /** A small JPEG whose header is changed to promise a huge picture. */
    static Path jpegBomb(Path folder, int width, int height) throws IOException {
        var bytes = Files.readAllBytes(fixture("orientation-1.jpg"));
        var header = ByteBuffer.wrap(bytes);
        for (int i = 2; i + 9 < bytes.length; i += 2 + (header.getShort(i + 2) & 0xffff)) {
            if ((bytes[i + 1] & 0xff) == 0xc0) {
                header.putShort(i + 5, (short) height).putShort(i + 7, (short) width);
                return Files.write(Files.createTempFile(folder, "bomb-", ".jpg"), bytes);
            }
        }
        throw new IllegalStateException("the fixture has no frame header");
    }
}
