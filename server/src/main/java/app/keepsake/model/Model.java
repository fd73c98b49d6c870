package app.keepsake.model;

import java.util.Locale;

/**
 * A model that can be had.
 *
 * @param name as Immich's users know it, and as its repository is called
 * @param dimension of its vectors
 * @param megabytes about how large it is
 * @param licence of its weights
 * @param comesAlong whether the worker brings it
 */
public record Model(
        String name, Task task, int dimension, int megabytes, String licence, boolean comesAlong) {

    private static final String UNKNOWN = "unknown";

    /** One that is in no list, of which somebody put the files there. */
    static Model byHand(String name, Task task, int dimension) {
        return new Model(name, task, dimension, 0, UNKNOWN, false);
    }

    /** Whether who runs it must be told what it may not be used for. */
    public boolean isNonCommercial() {
        return licence.toLowerCase(Locale.ROOT).contains("non-commercial")
                || licence.contains("-NC-");
    }

    /** Where it comes from, for people. */
    public String source() {
        if (licence.equals(UNKNOWN)) {
            return "put there by hand";
        }
        return comesAlong ? "comes along" : "https://huggingface.co/" + repository();
    }

    String repository() {
        return "immich-app/" + name;
    }
}
