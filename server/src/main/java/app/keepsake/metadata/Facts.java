package app.keepsake.metadata;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an original and its sidecar say, each null where they say nothing.
 *
 * @param livePhotoCid what a live photo's still and video share
 */
record Facts(
        @Nullable Taken taken,
        @Nullable Instant modifyDate,
        Camera camera,
        Exposure exposure,
        Picture picture,
        @Nullable Position position,
        Words words,
        @Nullable String livePhotoCid) {

    /** Nothing is known: the upload's own dates stand. */
    static final Facts NONE =
            new Facts(
                    null,
                    null,
                    new Camera(null, null, null),
                    new Exposure(null, null, null, null),
                    new Picture(null, null, null, null, null, null, null, null),
                    null,
                    new Words(null, null, List.of(), List.of()),
                    null);

    /** With what it was taken. */
    record Camera(@Nullable String make, @Nullable String model, @Nullable String lens) {

        /** Null where cameras fill in for a lens that they do not know. */
        static @Nullable String lensNamed(@Nullable String name) {
            return name == null || name.equals("----") || name.startsWith("Unknown") ? null : name;
        }

        /** As exiftool writes it: "17.0-35.0mm f/2.8", where Adobe has a blank before the unit. */
        static @Nullable String lensOfXmp(Xmp xmp) {
            var name = xmp.text("aux:Lens", "exifEX:LensModel");
            return name == null ? null : name.replaceAll("(?<=\\d) mm\\b", "mm");
        }
    }

    /**
     * How it was taken.
     *
     * @param fNumber focal length divided by the aperture's width, as 2.8
     * @param focalLength millimetres
     * @param iso the sensitivity, as 400
     * @param time in seconds as photographers write them: "1/400", "2.5"
     */
    record Exposure(
            @Nullable Double fNumber,
            @Nullable Double focalLength,
            @Nullable Integer iso,
            @Nullable String time) {}

    /**
     * What is seen.
     *
     * @param size in pixels as stored, before the orientation turns them
     * @param orientation Exif's 1..8
     * @param bitsPerSample of one colour of a pixel
     * @param colorSpace in words: "sRGB"
     * @param profile the embedded colour profile's name: "Display P3"
     * @param projection of a panorama: "EQUIRECTANGULAR"
     * @param fps a film's frames a second
     * @param durationMs a film's length in milliseconds
     */
    record Picture(
            @Nullable Size size,
            @Nullable Integer orientation,
            @Nullable Integer bitsPerSample,
            @Nullable String colorSpace,
            @Nullable String profile,
            @Nullable String projection,
            @Nullable Double fps,
            @Nullable Integer durationMs) {

        Picture projected(String as) {
            return new Picture(
                    size, orientation, bitsPerSample, colorSpace, profile, as, fps, durationMs);
        }

        /** The size as shown: turned where what is stored lies on its side. */
        @Nullable Size shown() {
            return size != null && orientation != null && orientation >= 5
                    ? new Size(size.height, size.width)
                    : size;
        }
    }

    /** Width and height in pixels. */
    record Size(int width, int height) {}

    /** Degrees north and east. */
    record Position(double latitude, double longitude) {

        /** Null where there is none: cameras without a fix write 0,0 or not-a-number. */
        static @Nullable Position of(@Nullable Double latitude, @Nullable Double longitude) {
            return latitude != null
                            && longitude != null
                            && (latitude != 0 || longitude != 0)
                            && Math.abs(latitude) <= 90
                            && Math.abs(longitude) <= 180
                    ? new Position(latitude, longitude)
                    : null;
        }
    }

    /**
     * What a person said of it.
     *
     * @param rating 1..5
     * @param tags with "/" between levels
     * @param faces who is on it
     */
    record Words(
            @Nullable String description,
            @Nullable Integer rating,
            List<String> tags,
            List<Region> faces) {

        /** Null where there is none: no star is no rating, and -1 is how some reject a photo. */
        static @Nullable Integer ratingOf(@Nullable Number stars) {
            var rating = stars == null ? 0 : Math.round(stars.doubleValue());
            return rating < 1 || rating > 5 ? null : (Integer) (int) rating;
        }

        static @Nullable Integer ratingOf(String stars) {
            try {
                return ratingOf(Double.valueOf(stars));
            } catch (NumberFormatException notANumber) {
                return null;
            }
        }
    }
}
