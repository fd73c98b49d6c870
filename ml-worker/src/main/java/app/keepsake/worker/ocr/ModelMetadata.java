package app.keepsake.worker.ocr;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What an ONNX file says of itself. Read here, as ONNX Runtime's binding hands such texts through
 * JNI's own encoding, which mangles characters beyond the first 65,536 and loses some behind them.
 */
final class ModelMetadata {

    /** {@code ModelProto.metadata_props}, a list of keys (1) and values (2). */
    private static final int PROPERTIES = 14;

    private static final int MOST_BYTES = 4 << 20;

    private ModelMetadata() {}

    static Optional<String> of(InputStream model, String key) throws IOException {
        var in = new BufferedInputStream(model);
        while (true) {
            in.mark(1);
            if (in.read() < 0) {
                return Optional.empty();
            }
            in.reset();
            long tag = number(in);
            switch ((int) (tag & 7)) {
                case 0 -> number(in);
                case 1 -> in.skipNBytes(8);
                case 5 -> in.skipNBytes(4);
                case 2 -> {
                    long length = number(in);
                    if (tag >>> 3 == PROPERTIES && length <= MOST_BYTES) {
                        var property = in.readNBytes((int) length);
                        if (text(property, 1).equals(key)) {
                            return Optional.of(text(property, 2));
                        }
                    } else {
                        in.skipNBytes(length);
                    }
                }
                default -> throw new IOException("not an ONNX file");
            }
        }
    }

    private static String text(byte[] property, int field) throws IOException {
        var in = new ByteArrayInputStream(property);
        while (in.available() > 0) {
            long tag = number(in);
            long length = number(in);
            var value = in.readNBytes((int) Math.min(length, property.length));
            if (tag == (field << 3 | 2)) {
                return new String(value, StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private static long number(InputStream in) throws IOException {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("an ONNX file that ends early");
            }
            number |= (next & 0x7fL) << shift;
            if (next < 0x80) {
                return number;
            }
        }
        throw new IOException("not an ONNX file");
    }
}
