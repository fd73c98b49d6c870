package app.keepsake.worker.portrait;

import app.keepsake.worker.image.Pixels;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;

/** Writes a part of a picture as the JPEG that clients show of somebody. */
final class Portrait {

    static final int SIDE = 250;
    private static final float QUALITY = 0.8f;

    private Portrait() {}

    /** Of a square picture, all. */
    static void write(Pixels picture, Path file) throws IOException {
        write(picture, new Square(0, 0, Math.min(picture.width(), picture.height())), file);
    }

    static void write(Pixels picture, Square part, Path file) throws IOException {
        var image = cut(picture, part);
        // By halves, so that every pixel of a large face counts.
        while (image.getWidth() >= 2 * SIDE) {
            image = scaled(image, image.getWidth() / 2);
        }
        write(scaled(image, SIDE), file);
    }

    private static BufferedImage cut(Pixels picture, Square part) {
        var image = new BufferedImage(part.side(), part.side(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = picture.rgb();
        for (int y = 0; y < part.side(); y++) {
            int at = ((part.y() + y) * picture.width() + part.x()) * 3;
            for (int x = 0; x < part.side(); x++, at += 3) {
                image.setRGB(
                        x,
                        y,
                        (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | rgb[at + 2] & 0xff);
            }
        }
        return image;
    }

    private static BufferedImage scaled(BufferedImage image, int side) {
        var smaller = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = smaller.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(image, 0, 0, side, side, null);
        graphics.dispose();
        return smaller;
    }

    private static void write(BufferedImage image, Path file) throws IOException {
        var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (var stream = ImageIO.createImageOutputStream(Files.newOutputStream(file))) {
            var parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(QUALITY);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
    }
}
