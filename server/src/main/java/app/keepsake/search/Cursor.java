package app.keepsake.search;

import app.keepsake.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The place behind an asset, in an order. What comes and goes elsewhere moves nothing across it.
 *
 * @param value by which the asset is sorted; null when it has none
 */
public record Cursor(Order order, @Nullable Object value, UUID assetId) {

    /** As clients hold it; what it says is not theirs to read. */
    @Override
    public String toString() {
        var text =
                "%s %s %s %s"
                        .formatted(
                                order.field(),
                                order.ascending(),
                                assetId,
                                value == null ? "" : value);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @throws Problem.Invalid when it is none of another page of this very order
     */
    public static Cursor parse(String cursor, Order order) {
        try {
            var bytes = Base64.getUrlDecoder().decode(cursor);
            var parts = new String(bytes, StandardCharsets.UTF_8).split(" ", -1);
            var parsed = parse(parts);
            if (parsed.order.equals(order)) {
                return parsed;
            }
        } catch (IllegalArgumentException | DateTimeException | ArrayIndexOutOfBoundsException e) {
            // told below
        }
        throw new Problem.Invalid("cursor is of no page of this search");
    }

    private static Cursor parse(String[] parts) {
        var order = new Order(Order.Field.valueOf(parts[0]), Boolean.parseBoolean(parts[1]));
        return new Cursor(order, value(order.field(), parts[3]), UUID.fromString(parts[2]));
    }

    private static @Nullable Object value(Order.Field field, String text) {
        if (text.isEmpty()) {
            return null;
        }
        return switch (field) {
            case FILE_CREATED_AT -> OffsetDateTime.parse(text);
            case LOCAL_DATE_TIME -> LocalDateTime.parse(text);
            case FILE_SIZE -> Long.valueOf(text);
            case RATING -> Integer.valueOf(text);
        };
    }
}
