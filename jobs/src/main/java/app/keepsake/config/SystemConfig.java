package app.keepsake.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Immich's system config: the defaults, and over them what administrators have changed. Every call
 * reads that anew, so a change takes effect at once in all processes; whoever needs several values
 * of a section asks once, so that they belong together.
 *
 * <pre>{@code var image = config.section("image", ImageConfig.class);}</pre>
 */
public final class SystemConfig {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final ObjectNode DEFAULTS = read("defaults.json");

    private final Supplier<? extends JsonNode> changes;

    /**
     * @param changes what differs from the defaults now, as an object of sections
     */
    public SystemConfig(Supplier<? extends JsonNode> changes) {
        this.changes = changes;
    }

    /** What holds where nobody has changed anything. */
    public static SystemConfig defaults() {
        return new SystemConfig(JSON::createObjectNode);
    }

    /** A whole document, which somebody wants to hold from now on. */
    public static SystemConfig of(JsonNode document) {
        return new SystemConfig(() -> document);
    }

    /**
     * One section.
     *
     * @param type a record of those of its values that are needed, by their names in the document
     */
    public <T> T section(String name, Class<T> type) {
        return JSON.treeToValue(document().path(name), type);
    }

    /**
     * All of it.
     *
     * @param type as {@link #section} has it, of the whole document
     */
    public <T> T as(Class<T> type) {
        return JSON.treeToValue(document(), type);
    }

    /** All sections. */
    public ObjectNode document() {
        var document = DEFAULTS.deepCopy();
        overlay(document, changes.get());
        return document;
    }

    /** What in this differs from the defaults: what is worth keeping. */
    public ObjectNode changes() {
        return difference(document(), DEFAULTS);
    }

    /** What the defaults have no name for is left out; null changes nothing. */
    private static void overlay(ObjectNode below, JsonNode above) {
        for (var change : above.properties()) {
            var value = change.getValue();
            var old = below.path(change.getKey());
            if (old instanceof ObjectNode section && value.isObject()) {
                overlay(section, value);
            } else if (!old.isMissingNode() && !value.isNull()) {
                below.set(change.getKey(), value);
            }
        }
    }

    private static ObjectNode difference(ObjectNode document, JsonNode defaults) {
        var changes = JSON.createObjectNode();
        for (var entry : document.properties()) {
            var usual = defaults.path(entry.getKey());
            if (entry.getValue() instanceof ObjectNode section) {
                var inner = difference(section, usual);
                if (!inner.isEmpty()) {
                    changes.set(entry.getKey(), inner);
                }
            } else if (!isSame(entry.getValue(), usual)) {
                changes.set(entry.getKey(), entry.getValue());
            }
        }
        return changes;
    }

    /** Whether two values mean the same: 1 and 1.0 do. */
    public static boolean isSame(@Nullable JsonNode one, @Nullable JsonNode other) {
        return one != null && other != null && one.equals(SystemConfig::compare, other);
    }

    private static int compare(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
        }
        return one.equals(other) ? 0 : 1;
    }

    private static ObjectNode read(String resource) {
        try (var stream = SystemConfig.class.getResourceAsStream(resource)) {
            return (ObjectNode) JSON.readTree(Objects.requireNonNull(stream));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
