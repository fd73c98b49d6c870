package app.keepsake.support;

import app.keepsake.upload.Uploads;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A multipart/form-data body, as clients build it, for tests. */
public final class Form {

    public static final String BOUNDARY = "----test0boundary7MA4YWxk";

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    /** The two dates that each upload needs. */
    public static Form dated() {
        return new Form()
                .field("fileCreatedAt", "2024-02-03T10:20:30.000+02:00")
                .field("fileModifiedAt", "2024-02-03T11:00:00.000Z");
    }

    /** An upload of a picture with these bytes. */
    public static Form photo(String fileName, byte[] bytes) {
        return dated().file("assetData", fileName, bytes);
    }

    public Form field(String name, String value) {
        return part(
                "form-data; name=\"%s\"".formatted(name), value.getBytes(StandardCharsets.UTF_8));
    }

    public Form file(String name, String fileName, byte[] bytes) {
        return part("form-data; name=\"%s\"; filename=\"%s\"".formatted(name, fileName), bytes);
    }

    public Form part(String disposition, byte[] bytes) {
        body.writeBytes(
                "--%s\r\nContent-Disposition: %s\r\n\r\n"
                        .formatted(BOUNDARY, disposition)
                        .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(bytes);
        body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    public byte[] bytes() {
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(body.toByteArray());
        whole.writeBytes("--%s--\r\n".formatted(BOUNDARY).getBytes(StandardCharsets.US_ASCII));
        return whole.toByteArray();
    }

    /** As it reaches the server from a client that did not say its length. */
    public Uploads.Body body() {
        return new Uploads.Body(new ByteArrayInputStream(bytes()), contentType(), -1);
    }

    public String contentType() {
        return "multipart/form-data; boundary=" + BOUNDARY;
    }
}
