package app.keepsake.worker.ocr;

import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.support.WorkerFixtures;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A picture with known text: {@code new Sign(800, 600).write("Bakery", 100, 200, 40)}. */
final class Sign {

    private static final Font LATIN = font("latin.ttf");
    private static final Font CHINESE = font("chinese.ttf");

    private final BufferedImage image;
    private final Graphics2D graphics;

    Sign(int width, int height) {
        this(width, height, Color.WHITE, Color.BLACK);
    }

    Sign(int width, int height, Color paper, Color ink) {
        image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setColor(paper);
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(ink);
    }

    /** Writes from a place on, on a line that is so high. */
    Sign write(String text, int left, int baseline, double size) {
        return write(text, left, baseline, size, 0);
    }

    /**
     * @param degrees clockwise around where it begins
     */
    Sign write(String text, int left, int baseline, double size, double degrees) {
        var font = LATIN.canDisplayUpTo(text) < 0 ? LATIN : CHINESE;
        var before = graphics.getTransform();
        graphics.rotate(Math.toRadians(degrees), left, baseline);
        graphics.translate(left, baseline);
        graphics.fill(
                font.deriveFont((float) size)
                        .createGlyphVector(graphics.getFontRenderContext(), text)
                        .getOutline());
        graphics.setTransform(before);
        return this;
    }

    Sign fill(int left, int top, int width, int height) {
        graphics.fillRect(left, top, width, height);
        return this;
    }

    Pixels pixels() {
        var rgb = new byte[image.getWidth() * image.getHeight() * 3];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int colour = image.getRGB(x, y);
                rgb[at++] = (byte) (colour >> 16);
                rgb[at++] = (byte) (colour >> 8);
                rgb[at++] = (byte) colour;
            }
        }
        return new Pixels(rgb, image.getWidth(), image.getHeight());
    }

    Path save(Path file) throws IOException {
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private static Font font(String name) {
        try {
            return Font.createFont(
                    Font.TRUETYPE_FONT, WorkerFixtures.resource("fonts/" + name).toFile());
        } catch (IOException | FontFormatException e) {
            throw new IllegalStateException(e);
        }
    }
}
