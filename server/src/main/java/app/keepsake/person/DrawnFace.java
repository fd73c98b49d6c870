package app.keepsake.person;

import app.keepsake.problem.Problem;
import java.util.UUID;

/** A face that a person has drawn on a picture of that size, as it is shown. */
public record DrawnFace(
        UUID assetId,
        UUID personId,
        int imageWidth,
        int imageHeight,
        int x,
        int y,
        int width,
        int height) {

    /** More than any picture has. */
    private static final int LARGEST = 1 << 20;

    public DrawnFace {
        if (imageWidth < 1 || imageHeight < 1 || imageWidth > LARGEST || imageHeight > LARGEST) {
            throw new Problem.Invalid("imageWidth and imageHeight must be those of a picture");
        }
        if (width < 1 || height < 1 || width > imageWidth || height > imageHeight) {
            throw new Problem.Invalid("width and height must be those of a face on the picture");
        }
        if (x >= imageWidth || y >= imageHeight || x <= -width || y <= -height) {
            throw new Problem.Invalid("The face must lie on the picture");
        }
    }
}
