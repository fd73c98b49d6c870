package app.keepsake.person;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A face on an asset's preview. The box is in pixels of an image of the given size, and may reach
 * over its edge.
 *
 * @param source "machine-learning", "exif" or "manual"
 * @param person null until somebody or something has said who it is
 */
public record Face(
        UUID id,
        int imageWidth,
        int imageHeight,
        int x1,
        int y1,
        int x2,
        int y2,
        String source,
        @Nullable Person person) {}
