package app.keepsake.worker.image;

import app.keepsake.config.ImageConfig.Colorspace;
import app.keepsake.worker.image.Vips.Scope;
import app.keepsake.worker.image.Vips.VipsError;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From whatever colours a picture has to those that are shown. */
final class Colours {

    private static final Logger log = LoggerFactory.getLogger(Colours.class);

    private static final String ICC = "icc-profile-data";

    private Colours() {}

    /**
     * An image of eight bits whose colours are known.
     *
     * @param profile null for sRGB, which needs none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Coloured(MemorySegment image, byte @Nullable [] profile) {

        Coloured with(MemorySegment other) {
            return new Coloured(other, profile);
        }
    }

    /**
     * What a file says of its numbers where no colour profile does, or none that can; null where
     * they are to be taken as they are.
     */
    static @Nullable ColourSignal signalOf(Scope scope, MemorySegment header, Source source)
            throws IOException, VipsError {
        int samples = scope.formatOf(header);
        int colours = scope.bandsOf(header) - (scope.hasAlpha(header) ? 1 : 0);
        if (colours != 3 || (samples != Vips.FORMAT_UCHAR && samples != Vips.FORMAT_USHORT)) {
            return null;
        }
        // PNG's own comes before a profile, HEIF's after it.
        var signal =
                scope.has(header, ICC) && source.format() != PictureFormat.PNG
                        ? ColourSignal.ofProfile(scope.bytes(header, ICC))
                        : ColourSignal.ofFile(source);
        return signal == null || signal.isPlain() ? null : signal;
    }

    /**
     * On white where it is transparent; and eight bits of sRGB-like colour or CMYK, unless there is
     * a signal, which needs all bits.
     */
    static MemorySegment opaque(Scope scope, MemorySegment image, @Nullable ColourSignal signal)
            throws VipsError {
        if (signal == null
                && scope.interpretationOf(image) != Vips.INTERPRETATION_CMYK
                && (scope.interpretationOf(image) != Vips.INTERPRETATION_SRGB
                        || scope.formatOf(image) != Vips.FORMAT_UCHAR)) {
            image = scope.make("vips_colourspace", image, List.of(Vips.INTERPRETATION_SRGB));
        }
        if (scope.hasAlpha(image)) {
            var white = scope.numbers(numbersOf(scope, image) - 1);
            image = scope.make("vips_flatten", image, List.of(), "background", white);
        }
        return image;
    }

    /** How many different numbers a sample can be. */
    private static int numbersOf(Scope scope, MemorySegment image) {
        return scope.formatOf(image) == Vips.FORMAT_USHORT ? 65_536 : 256;
    }

    /**
     * By the signal, else by the embedded profile, if it describes these colours; what has none is
     * sRGB already, and what is sRGB gains nothing by more room.
     */
    static Coloured convert(
            Scope scope, MemorySegment image, @Nullable ColourSignal signal, Colorspace wanted)
            throws VipsError {
        if (signal != null) {
            return bySignal(scope, image, signal, wanted);
        }
        boolean cmyk = scope.interpretationOf(image) == Vips.INTERPRETATION_CMYK;
        if (scope.has(image, ICC)) {
            var profile = scope.bytes(image, ICC);
            var space =
                    profile.length < 20
                            ? ""
                            : new String(profile, 16, 4, StandardCharsets.US_ASCII);
            // A grey picture's profile does not fit the three bands that it has by now.
            if (space.equals(cmyk ? "CMYK" : "RGB ")) {
                boolean isWide = wanted == Colorspace.P3 && !cmyk && !isSrgb(profile);
                try {
                    var converted =
                            scope.make(
                                    "vips_icc_transform",
                                    image,
                                    List.of(isWide ? "p3" : "srgb"),
                                    "embedded",
                                    1);
                    return new Coloured(converted, isWide ? scope.bytes(converted, ICC) : null);
                } catch (VipsError e) {
                    log.info("A colour profile is broken and not used: {}", e.reason());
                }
            }
        }
        return new Coloured(
                cmyk
                        ? scope.make("vips_colourspace", image, List.of(Vips.INTERPRETATION_SRGB))
                        : image,
                null);
    }

    /** By tables and a matrix, row by row: light, its primaries, and sRGB's curve. */
    private static Coloured bySignal(
            Scope scope, MemorySegment image, ColourSignal signal, Colorspace wanted)
            throws VipsError {
        var shown = signal.isWide() ? wanted : Colorspace.SRGB;
        var table = scope.table(signal.light(numbersOf(scope, image)));
        var light = scope.make("vips_maplut", image, List.of(table));
        light =
                scope.make(
                        "vips_recomb", light, List.of(scope.matrix(signal.toPrimariesOf(shown))));
        light =
                scope.make(
                        "vips_linear", light, List.of(scope.doubles(65_535), scope.doubles(0), 1));
        var clipped = scope.make("vips_cast", light, List.of(Vips.FORMAT_USHORT));
        var encoded = scope.make("vips_maplut", clipped, List.of(scope.table(srgbCurve())));
        var srgb =
                scope.make(
                        "vips_copy",
                        encoded,
                        List.of(),
                        "interpretation",
                        Vips.INTERPRETATION_SRGB);
        if (shown == Colorspace.SRGB) {
            return new Coloured(srgb, null);
        }
        // Changes no colour, but tells what they are.
        var told = scope.make("vips_icc_transform", srgb, List.of("p3"), "input_profile", "p3");
        return new Coloured(told, scope.bytes(told, ICC));
    }

    /** For each light of 16 bits, the number that a screen wants. */
    private static byte[] srgbCurve() {
        var curve = new byte[65_536];
        for (int i = 0; i < curve.length; i++) {
            double light = i / 65_535.0;
            double number =
                    light <= 0.0031308 ? 12.92 * light : 1.055 * Math.pow(light, 1 / 2.4) - 0.055;
            curve[i] = (byte) Math.round(255 * number);
        }
        return curve;
    }

    /** By its name, which is in letters of one byte or of two. */
    private static boolean isSrgb(byte[] profile) {
        return new String(profile, StandardCharsets.ISO_8859_1).replace("\0", "").contains("sRGB");
    }
}
