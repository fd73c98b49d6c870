package app.keepsake.worker.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;

/** Decodes with the JDK alone, where libvips is missing. */
final class ImageIoDecoder implements PictureDecoder {

    /** 24 MB. Below, all pixels are used; above, which are panoramas, some rows and columns. */
    private static final long LARGE = 8_000_000;

    @Override
    public Pixels decode(Path file, int minShorterSide, int minLongerSide) throws IOException {
        try (var input = new FileImageInputStream(file.toFile())) {
            var readers = ImageIO.getImageReaders(input);
            if (!readers.hasNext()) {
                throw new IOException("Java cannot read %s: no picture".formatted(file));
            }
            var reader = readers.next();
            try {
                reader.setInput(input);
                return Pixels.of(read(reader, minShorterSide, minLongerSide));
            } catch (IOException e) {
                throw new IOException("Java cannot read %s: %s".formatted(file, e.getMessage()), e);
            } finally {
                reader.dispose();
            }
        }
    }

    private static BufferedImage read(ImageReader reader, int minShorterSide, int minLongerSide)
            throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        var how = reader.getDefaultReadParam();
        if ((long) width * height > LARGE) {
            int step = PictureDecoder.shrink(width, height, minShorterSide, minLongerSide);
            how.setSourceSubsampling(step, step, 0, 0);
        }
        var warnings = new ArrayList<String>();
        reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
        var image = reader.read(0, how);
        if (!warnings.isEmpty()) {
            throw new IOException("damaged: " + warnings);
        }
        return image;
    }
}
