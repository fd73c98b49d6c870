package app.keepsake.onnx;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A protocol buffer's message that is being written. */
final class Draft {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Draft number(int field, long value) {
        varint((long) field << 3 | Message.VARINT);
        varint(value);
        return this;
    }

    Draft text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Draft message(int field, Draft message) {
        return bytes(field, message.toBytes());
    }

    Draft bytes(int field, byte[] value) {
        varint((long) field << 3 | Message.BYTES);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    Draft floats(int field, float[] values) {
        var buffer =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return bytes(field, buffer.array());
    }

    /** A field as it stood elsewhere. */
    Draft as(Message.Field field) {
        bytes.writeBytes(field.whole().toArray(ValueLayout.JAVA_BYTE));
        return this;
    }

    Draft as(MemorySegment whole) {
        bytes.writeBytes(whole.toArray(ValueLayout.JAVA_BYTE));
        return this;
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            bytes.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        bytes.write((int) left);
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
