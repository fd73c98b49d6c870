package app.keepsake.worker.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A picture of each format that is read: red, green / blue, white. */
public final class Samples {

    private Samples() {}

    /** A file in the folder, with the extension, which is without its dot. */
    public static Path of(String extension, Path folder) throws IOException {
        var file = Files.createTempFile(folder, "sample-", "." + extension);
        switch (extension) {
            case "bmp" -> ImageIO.write(quadrants(), "bmp", file.toFile());
            case "psd" -> Files.write(file, psd(quadrants()));
            case "svg" -> Files.writeString(file, SVG);
            case "dng" -> RawFiles.developable(file, 1);
            case "arw", "sr2" -> RawFiles.withPreview(file, "SONY", 1, jpeg());
            case "cr2" -> RawFiles.withPreview(file, "Canon", 1, jpeg());
            case "nef", "nrw" -> RawFiles.withPreview(file, "NIKON CORPORATION", 1, jpeg());
            case "pef" -> RawFiles.withPreview(file, "PENTAX", 1, jpeg());
            case "srw" -> RawFiles.withPreview(file, "SAMSUNG", 1, jpeg());
            case "rw2", "raw" -> copy("raw/panasonic.rw2", file);
            case "raf" -> copy("raw/fujifilm.raf", file);
            case "x3f" -> copy("raw/sigma.x3f", file);
            case "jpg", "jpeg", "jpe", "insp" -> copy("orientation-6.jpg", file);
            case "tif", "tiff" -> copy("quadrants.tiff", file);
            case "heic", "heif", "hif" -> copy("quadrants.heic", file);
            default -> copy("quadrants." + extension, file);
        }
        return file;
    }

    private static void copy(String fixture, Path file) throws IOException {
        Files.write(file, Files.readAllBytes(Pictures.fixture(fixture)));
    }

    private static BufferedImage quadrants() throws IOException {
        return ImageIO.read(Pictures.fixture("quadrants.png").toFile());
    }

    private static byte[] jpeg() throws IOException {
        var out = new ByteArrayOutputStream();
        ImageIO.write(quadrants(), "jpeg", out);
        return out.toByteArray();
    }

    private static final String SVG =
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="320" height="240">
              <rect width="160" height="120" fill="#f00"/>
              <rect x="160" width="160" height="120" fill="#0f0"/>
              <rect y="120" width="160" height="120" fill="#00f"/>
            </svg>
            """;

    /** A flat one, as Photoshop writes it: a header, three empty parts, and plane after plane. */
    private static byte[] psd(BufferedImage image) {
        int pixels = image.getWidth() * image.getHeight();
        var out = ByteBuffer.allocate(26 + 12 + 2 + 3 * pixels);
        out.put("8BPS".getBytes(StandardCharsets.US_ASCII)).putShort((short) 1).put(new byte[6]);
        out.putShort((short) 3).putInt(image.getHeight()).putInt(image.getWidth());
        out.putShort((short) 8).putShort((short) 3);
        out.put(new byte[12]).putShort((short) 0);
        for (int shift : new int[] {16, 8, 0}) {
            for (int i = 0; i < pixels; i++) {
                int rgb = image.getRGB(i % image.getWidth(), i / image.getWidth());
                out.put((byte) (rgb >> shift));
            }
        }
        return out.array();
    }
}
