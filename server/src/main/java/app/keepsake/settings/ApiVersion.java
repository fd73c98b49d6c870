package app.keepsake.settings;

/** A version of Immich's API; clients compare it with their own. */
public record ApiVersion(int major, int minor, int patch) {

    /** The one that this server speaks. */
    public static final ApiVersion CURRENT = new ApiVersion(3, 2, 2);

    /** {@code "3.2.2"}. */
    @Override
    public String toString() {
        return "%d.%d.%d".formatted(major, minor, patch);
    }
}
