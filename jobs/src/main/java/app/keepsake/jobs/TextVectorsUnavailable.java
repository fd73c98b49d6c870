package app.keepsake.jobs;

/** Nobody turned the words into a vector; the message is for the caller to read. */
public final class TextVectorsUnavailable extends RuntimeException {

    public TextVectorsUnavailable(String reason) {
        super(reason);
    }

    public TextVectorsUnavailable(String reason, Throwable cause) {
        super(reason, cause);
    }
}
