package app.keepsake.jobs;

import java.util.Arrays;
import java.util.Optional;

/** The nineteen queues that Immich clients know, and the process whose handlers serve each. */
public enum QueueName {
    THUMBNAIL_GENERATION("thumbnailGeneration", Side.WORKER),
    METADATA_EXTRACTION("metadataExtraction", Side.SERVER),
    VIDEO_CONVERSION("videoConversion", Side.WORKER),
    FACE_DETECTION("faceDetection", Side.WORKER),
    FACIAL_RECOGNITION("facialRecognition", Side.SERVER),
    SMART_SEARCH("smartSearch", Side.WORKER),
    DUPLICATE_DETECTION("duplicateDetection", Side.WORKER),
    BACKGROUND_TASK("backgroundTask", Side.SERVER),
    STORAGE_TEMPLATE_MIGRATION("storageTemplateMigration", Side.SERVER),
    MIGRATION("migration", Side.SERVER),
    SEARCH("search", Side.SERVER),
    SIDECAR("sidecar", Side.SERVER),
    LIBRARY("library", Side.SERVER),
    NOTIFICATIONS("notifications", Side.SERVER),
    BACKUP_DATABASE("backupDatabase", Side.SERVER),
    OCR("ocr", Side.WORKER),
    WORKFLOW("workflow", Side.SERVER),
    INTEGRITY_CHECK("integrityCheck", Side.SERVER),
    EDITOR("editor", Side.WORKER);

    /** Which process runs a queue's jobs. */
    public enum Side {
        SERVER,
        WORKER
    }

    private final String wireName;
    private final Side side;

    QueueName(String wireName, Side side) {
        this.wireName = wireName;
        this.side = side;
    }

    /**
     * The queue whose fresh jobs all come first, wherever they run: people look for a new photo at
     * once, and search for it later.
     */
    Optional<QueueName> waitsFor() {
        return switch (this) {
            case SMART_SEARCH, FACE_DETECTION, OCR, VIDEO_CONVERSION ->
                    Optional.of(THUMBNAIL_GENERATION);
            default -> Optional.empty();
        };
    }

    /**
     * Whether a job may take hours, and does what is dangerous in a child process, which the kernel
     * kills before its parent. Nobody waits for such a job to end, and no death is blamed on it.
     */
    boolean isApart() {
        return this == VIDEO_CONVERSION;
    }

    /**
     * Whether somebody looks at the screen until a new job of it is done. One at a time is done
     * then, however little else may be.
     */
    public boolean isUrgent() {
        return this == THUMBNAIL_GENERATION || this == EDITOR;
    }

    /** The name on the wire, in Redis keys and in Postgres. */
    public String wireName() {
        return wireName;
    }

    public Side side() {
        return side;
    }

    public static Optional<QueueName> parse(String wireName) {
        return Arrays.stream(values()).filter(q -> q.wireName.equals(wireName)).findFirst();
    }
}
