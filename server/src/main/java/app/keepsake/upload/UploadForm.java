package app.keepsake.upload;

import app.keepsake.asset.MediaTypes;
import app.keepsake.asset.Sidecars;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Arrival;
import app.keepsake.storage.Originals;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The multipart form of an upload: its files in temp files, its text fields in memory. The fields
 * may come before or after the file. Closed, it leaves no temp file.
 */
final class UploadForm implements AutoCloseable {

    private static final int MAX_TEXT = 256 * 1024;

    private final Map<String, String> fields = new HashMap<>();
    private @Nullable Arrival original;
    private @Nullable String originalName;
    private @Nullable Arrival sidecar;

    static UploadForm read(Multipart body, Originals originals, Milestone.Watcher watcher) {
        var form = new UploadForm();
        try {
            form.readParts(body, originals, watcher);
            return form;
        } catch (Throwable e) {
            form.close();
            throw e;
        }
    }

    private void readParts(Multipart body, Originals originals, Milestone.Watcher watcher) {
        Multipart.Part part;
        while ((part = body.next()) != null) {
            if (part.name().equals("assetData")) {
                if (original != null) {
                    throw new Problem.Invalid("More than one file");
                }
                originalName = part.fileName();
                if (fields.get("filename") instanceof String name) {
                    Submission.type(name); // before a long body, when it can be known
                }
                var arrival = originals.receive();
                original = arrival;
                body.transferTo(
                        (bytes, offset, length) -> {
                            arrival.write(bytes, offset, length);
                            watcher.reached(Milestone.RECEIVING);
                        });
            } else if (part.name().equals("sidecarData")) {
                readSidecar(part, body, originals);
            } else if (Submission.FIELDS.contains(part.name())) {
                fields.putIfAbsent(part.name(), body.text(MAX_TEXT));
            }
        }
        if (original == null) {
            throw new Problem.Invalid("assetData is missing");
        }
        watcher.reached(Milestone.RECEIVED);
    }

    private void readSidecar(Multipart.Part part, Multipart body, Originals originals) {
        if (sidecar != null) {
            throw new Problem.Invalid("More than one sidecar");
        }
        var name = Submission.fileName(part.fileName());
        if (!MediaTypes.extensionOf(name).equals(".xmp")) {
            throw new Problem.Invalid("Unsupported file type " + name);
        }
        var arrival = originals.receive();
        sidecar = arrival;
        body.transferTo(
                (bytes, offset, length) -> {
                    if (arrival.size() + length > Sidecars.MOST_BYTES) {
                        throw new Problem.Invalid("The sidecar is too large");
                    }
                    arrival.write(bytes, offset, length);
                });
    }

    Submission submission() {
        return Submission.of(fields, originalName);
    }

    Arrival original() {
        if (original == null) {
            throw new IllegalStateException("not read");
        }
        return original;
    }

    /** The XMP file that came along; an empty one counts as none. */
    @Nullable Arrival sidecar() {
        return sidecar != null && sidecar.size() > 0 ? sidecar : null;
    }

    @Override
    public void close() {
        if (original != null) {
            original.close();
        }
        if (sidecar != null) {
            sidecar.close();
        }
    }
}
