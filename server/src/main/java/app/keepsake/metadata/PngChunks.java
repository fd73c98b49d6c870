package app.keepsake.metadata;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The chunks of a PNG that metadata-extractor may see. It inflates text and profiles to their end,
 * and 1 MB can hold 1 GB of zeros: what inflates to more than a whole file may is left out here,
 * and what is no sane XMP.
 */
final class PngChunks {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final Set<String> WANTED =
            Set.of("IHDR", "eXIf", "tEXt", "zTXt", "iTXt", "iCCP");

    /** What all kept chunks of a file may be together: a real one has some kilobytes of each. */
    private static final int MOST_KEPT = 8 << 20;

    private static final int MOST_INFLATED = 4 << 20;

    private final LimitedFile file;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private int inflatable = MOST_INFLATED;

    private PngChunks(LimitedFile file) {
        this.file = file;
    }

    /** The same PNG with nothing in it but its sane metadata. */
    static InputStream sane(LimitedFile file) throws IOException {
        var chunks = new PngChunks(file);
        chunks.kept.writeBytes(SIGNATURE);
        chunks.copy();
        // Whatever was cut off the file: what came before counts.
        chunks.write("IEND", new byte[0]);
        return new ByteArrayInputStream(chunks.kept.toByteArray());
    }

    private void copy() throws IOException {
        var header = new byte[8];
        for (long at = SIGNATURE.length; at + 12 <= file.length(); ) {
            file.seek(at);
            file.readFully(header);
            long length = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt());
            var type = new String(header, 4, 4, StandardCharsets.ISO_8859_1);
            if (type.equals("IEND") || at + 12 + length > file.length()) {
                return;
            }
            if (WANTED.contains(type) && length <= MOST_KEPT - kept.size()) {
                var data = new byte[(int) length];
                file.readFully(data);
                if (SaneXmp.isSane(data) && fits(type, data)) {
                    write(type, data);
                }
            }
            at += 12 + length;
        }
    }

    private void write(String type, byte[] data) {
        var body =
                ByteBuffer.allocate(4 + data.length).put(type.getBytes(StandardCharsets.US_ASCII));
        body.put(data);
        var checksum = new CRC32();
        checksum.update(body.array());
        kept.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        kept.writeBytes(body.array());
        kept.writeBytes(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    }

    /** Whether a chunk's compressed part, if it has one, inflates to what is left for the file. */
    private boolean fits(String type, byte[] data) {
        var afterName = after(data, 0);
        var from =
                switch (type) {
                    case "zTXt", "iCCP" -> afterName + 1;
                    // Flag and method, then language and translated keyword.
                    case "iTXt" ->
                            afterName < data.length && data[afterName] != 0
                                    ? after(data, after(data, afterName + 2))
                                    : data.length;
                    default -> data.length;
                };
        return from >= data.length || inflates(data, from);
    }

    private boolean inflates(byte[] data, int from) {
        var scratch = new byte[8192];
        int parts = 0;
        try (var inflater = new Inflater()) {
            inflater.setInput(data, from, data.length - from);
            while (!inflater.finished()) {
                var count = inflater.inflate(scratch);
                inflatable -= count;
                parts += SaneXmp.parts(scratch, count);
                if (inflatable < 0 || parts > SaneXmp.MOST_PARTS) {
                    inflatable = 0;
                    return false;
                }
                if (count == 0 && !inflater.finished()) {
                    return false; // cut short
                }
            }
            return true;
        } catch (DataFormatException e) {
            return false;
        }
    }

    /** The index behind the next zero byte. */
    private static int after(byte[] data, int from) {
        var at = from;
        while (at < data.length && data[at] != 0) {
            at++;
        }
        return at + 1;
    }
}
