package app.keepsake.jobs;

/** No worker turned the words into a vector; the message is for the caller to read. */
public final class TextVectorsUnavailable extends RuntimeException {

    TextVectorsUnavailable(String reason) {
        super(reason);
    }

    TextVectorsUnavailable(String reason, Throwable cause) {
        super(reason, cause);
    }
}
