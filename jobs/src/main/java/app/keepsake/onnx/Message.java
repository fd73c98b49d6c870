package app.keepsake.onnx;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A protocol buffer's message, where it lies. Nothing in it is trusted: each length is checked. */
record Message(MemorySegment bytes) {

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    /**
     * @param value of a number; the length of bytes
     * @param bytes the content without its length
     * @param whole with number, kind and length, as it stands in the message
     */
    record Field(int number, int kind, long value, MemorySegment bytes, MemorySegment whole) {

        Message message() throws IOException {
            if (kind != BYTES) {
                throw new IOException("field %d is no message".formatted(number));
            }
            return new Message(bytes);
        }

        String text() throws IOException {
            if (kind != BYTES || bytes.byteSize() > 1 << 16) {
                throw new IOException("field %d is no short text".formatted(number));
            }
            return new String(bytes.toArray(BYTE), StandardCharsets.UTF_8);
        }
    }

    List<Field> fields() throws IOException {
        var fields = new ArrayList<Field>();
        var at = new Cursor();
        while (at.position < bytes.byteSize()) {
            long start = at.position;
            long tag = at.varint();
            int kind = (int) (tag & 7);
            long value = 0;
            long length;
            switch (kind) {
                case VARINT -> {
                    value = at.varint();
                    length = 0;
                }
                case FIXED64 -> length = 8;
                case FIXED32 -> length = 4;
                case BYTES -> {
                    value = at.varint();
                    length = value;
                }
                default -> throw new IOException("is not a protocol buffer: kind " + kind);
            }
            if (length < 0 || length > bytes.byteSize() - at.position) {
                throw new IOException("is cut off: a field is longer than what there is");
            }
            var content = bytes.asSlice(at.position, length);
            at.position += length;
            fields.add(
                    new Field(
                            Math.toIntExact(tag >>> 3),
                            kind,
                            value,
                            content,
                            bytes.asSlice(start, at.position - start)));
        }
        return fields;
    }

    List<Field> fields(int number) throws IOException {
        return fields().stream().filter(field -> field.number == number).toList();
    }

    String text(int number) throws IOException {
        var found = fields(number);
        return found.isEmpty() ? "" : found.getLast().text();
    }

    long number(int number, long otherwise) throws IOException {
        var found = fields(number);
        return found.isEmpty() ? otherwise : found.getLast().value();
    }

    /** Numbers that repeat, packed or one by one. */
    List<Long> numbers(int number) throws IOException {
        var numbers = new ArrayList<Long>();
        for (var field : fields(number)) {
            if (field.kind != BYTES) {
                numbers.add(field.value);
                continue;
            }
            var at = new Message(field.bytes).new Cursor();
            while (at.position < field.bytes.byteSize()) {
                numbers.add(at.varint());
            }
        }
        return numbers;
    }

    private final class Cursor {
        long position;

        long varint() throws IOException {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                if (position >= bytes.byteSize()) {
                    throw new IOException("is cut off in a number");
                }
                byte next = bytes.get(BYTE, position++);
                value |= (next & 0x7fL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new IOException("has a number that is too long");
        }
    }
}
