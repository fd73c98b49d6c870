package app.keepsake.jobs;

import java.time.Duration;

/**
 * Who uploads and who looks at photos now, so that workers stay out of their way. Servers say so
 * every few seconds; of a server that dies, it is soon forgotten.
 */
public final class Presence {

    /** What people do with a server. */
    public enum Doing {
        UPLOADING("keepsake:uploading"),
        VIEWING("keepsake:viewing");

        private final String key;

        Doing(String key) {
            this.key = key;
        }
    }

    private final Redis redis;
    private final Duration kept;

    /**
     * @param kept how long a word counts
     */
    Presence(Redis redis, Duration kept) {
        this.redis = redis;
        this.kept = kept;
    }

    /**
     * @param who told apart from others
     */
    public void say(Doing doing, String who) {
        new Marks(redis, doing.key, kept).put(who, "1");
    }

    /** How many do it now. */
    public int count(Doing doing) {
        return new Marks(redis, doing.key, kept).all().size();
    }
}
