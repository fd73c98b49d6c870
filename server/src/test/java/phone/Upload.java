package phone;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** A multipart body as Dart's MultipartRequest writes it: the texts first, then the file. */
final class Upload {

    private final String boundary =
            "dart-http-boundary-" + UUID.randomUUID().toString().substring(0, 20);
    private final Photo photo;
    private final Map<String, String> fields = new LinkedHashMap<>();
    private boolean isFileFirst;

    Upload(Photo photo) {
        this.photo = photo;
        field("fileCreatedAt", photo.taken().toString());
        field("fileModifiedAt", photo.taken().toString());
        field("isFavorite", "false");
        field("duration", "0");
        // Gone in 3.x, and still sent.
        field("deviceAssetId", photo.name());
        field("deviceId", "phone");
    }

    Upload field(String name, String value) {
        fields.put(name, value);
        return this;
    }

    /** As other clients do. */
    Upload fileFirst() {
        isFileFirst = true;
        return this;
    }

    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    byte[] bytes() {
        var body = new ByteArrayOutputStream();
        if (isFileFirst) {
            file(body);
        }
        fields.forEach((name, value) -> text(body, name, value));
        if (!isFileFirst) {
            file(body);
        }
        write(body, "--" + boundary + "--\r\n");
        return body.toByteArray();
    }

    private void text(ByteArrayOutputStream body, String name, String value) {
        write(body, "--" + boundary + "\r\n");
        write(body, "content-disposition: form-data; name=\"%s\"\r\n".formatted(name));
        if (!value.chars().allMatch(c -> c < 128)) {
            write(body, "content-type: text/plain; charset=utf-8\r\n");
            write(body, "content-transfer-encoding: binary\r\n");
        }
        write(body, "\r\n" + value + "\r\n");
    }

    private void file(ByteArrayOutputStream body) {
        write(body, "--" + boundary + "\r\n");
        write(body, "content-type: application/octet-stream\r\n");
        write(
                body,
                "content-disposition: form-data; name=\"assetData\"; filename=\"%s\"\r\n\r\n"
                        .formatted(photo.name()));
        body.writeBytes(photo.bytes());
        write(body, "\r\n");
    }

    private static void write(ByteArrayOutputStream body, String text) {
        body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
