package app.keepsake.problem;

/**
 * Every failure that a caller, or the state of the machine, can cause; its message is for the
 * caller to read. Anything else that is thrown is a bug, and answers 500.
 */
public abstract sealed class Problem extends RuntimeException {

    private Problem(String reason) {
        super(reason);
    }

    /** What to tell the caller. */
    public String reason() {
        return String.valueOf(getMessage());
    }

    /** The request makes no sense as sent. */
    public static final class Invalid extends Problem {
        public Invalid(String reason) {
            super(reason);
        }
    }

    /** The thing does not exist for this caller; Immich does not say which of the two. */
    public static final class NoAccess extends Problem {
        public NoAccess(String permission) {
            super("Not found or no %s access".formatted(permission));
        }
    }

    /** Who is calling is not known: missing, wrong or expired credentials. */
    public static final class Unauthenticated extends Problem {
        public Unauthenticated(String reason) {
            super(reason);
        }
    }

    /** Known, but not allowed to do this at all. */
    public static final class Forbidden extends Problem {
        public Forbidden(String reason) {
            super(reason);
        }
    }

    /** A path, or a file that belongs to an asset, is not there. */
    public static final class NotFound extends Problem {
        public NotFound(String reason) {
            super(reason);
        }
    }

    /** The phone app stops its whole backup at exactly this text. */
    public static final class QuotaExceeded extends Problem {
        public QuotaExceeded() {
            super("Quota has been exceeded!");
        }
    }

    /** The request's body is larger than the server reads into memory (I7). */
    public static final class TooLarge extends Problem {
        public TooLarge(String reason) {
            super(reason);
        }
    }

    /** The disk's reserve would be touched. */
    public static final class DiskFull extends Problem {
        public DiskFull(String reason) {
            super(reason);
        }
    }

    /** Not now: the database, the worker or the library's disk is away. Worth trying again. */
    public static final class Unavailable extends Problem {
        public Unavailable(String reason) {
            super(reason);
        }
    }

    /** Too many failed attempts; try again in the given number of seconds. */
    public static final class TooManyAttempts extends Problem {
        private final long retryAfterSeconds;

        public TooManyAttempts(long retryAfterSeconds) {
            super("Too many failed attempts, try again later");
            this.retryAfterSeconds = retryAfterSeconds;
        }

        public long retryAfterSeconds() {
            return retryAfterSeconds;
        }
    }
}
