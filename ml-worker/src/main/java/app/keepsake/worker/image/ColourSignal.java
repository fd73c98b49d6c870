package app.keepsake.worker.image;

import app.keepsake.config.ImageConfig.Colorspace;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a file's numbers mean as light, in the words of ITU-T H.273 (CICP): phones' and cameras'
 * high dynamic range comes so, and AVIF of any colours.
 *
 * <p>What is brighter than paper is let down gently to what a plain screen has; the rest keeps its
 * brightness. Libraries of the platform either ignore these numbers or clip at white.
 *
 * @param primaries 1 is BT.709 and sRGB, 9 BT.2020, 12 Display P3
 * @param transfer 8 is linear, 16 PQ, 18 HLG; all others are taken for sRGB's
 */
record ColourSignal(int primaries, int transfer) {

    private static final int BT2020 = 9;
    private static final int P3_DCI = 11;
    private static final int P3 = 12;
    private static final int LINEAR = 8;
    private static final int PQ = 16;
    private static final int HLG = 18;

    private static final Set<Integer> WIDE = Set.of(BT2020, P3_DCI, P3);
    private static final Set<Integer> OWN_CURVE = Set.of(LINEAR, PQ, HLG);

    private static final double[] BT2020_TO_SRGB = {
        1.6605, -0.5876, -0.0728, -0.1246, 1.1329, -0.0083, -0.0182, -0.1006, 1.1187
    };
    private static final double[] BT2020_TO_P3 = {
        1.3436, -0.2822, -0.0614, -0.0653, 1.0758, -0.0105, 0.0028, -0.0196, 1.0168
    };
    private static final double[] P3_TO_SRGB = {
        1.2249, -0.2249, 0, -0.0421, 1.0421, 0, -0.0196, -0.0786, 1.0983
    };
    private static final double[] SAME = {1, 0, 0, 0, 1, 0, 0, 0, 1};

    /** BT.2408: nits of paper, which a plain screen shows as white. */
    private static final double PAPER = 203;

    /** Nits of what stays white; few photos have anything brighter. */
    private static final double PEAK = 1000;

    /** What is darker, of paper's light, is shown as it is. */
    private static final double KNEE = 0.6;

    /** Whether anything is to be done to show it. */
    boolean isPlain() {
        return !isWide() && !OWN_CURVE.contains(transfer);
    }

    boolean isWide() {
        return WIDE.contains(primaries);
    }

    /** What a file says beside its pixels; null where it says nothing. */
    static @Nullable ColourSignal ofFile(Source source) throws IOException {
        return switch (source.format()) {
            case HEIF -> Heif.signalOf(source.file());
            case PNG -> ofPng(source.file());
            default -> null;
        };
    }

    /** The chunk cICP, which stands before the pixels. */
    private static @Nullable ColourSignal ofPng(Path file) throws IOException {
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            in.skipNBytes(8);
            while (true) {
                long length = in.readInt() & 0xffffffffL;
                int type = in.readInt();
                if (type == 0x63494350) {
                    return new ColourSignal(in.readUnsignedByte(), in.readUnsignedByte());
                } else if (type == 0x49444154) {
                    return null;
                }
                in.skipNBytes(length + 4);
            }
        } catch (EOFException e) {
            return null; // as its decoder will say
        }
    }

    /**
     * What a colour profile stands for that no profile can say well: high dynamic range. By its tag
     * "cicp", or by the names that libjxl gives.
     */
    static @Nullable ColourSignal ofProfile(byte[] profile) {
        var bytes = ByteBuffer.wrap(profile);
        int tags = profile.length < 132 ? 0 : Math.clamp(bytes.getInt(128), 0, 100);
        for (int i = 0; i < tags && 144 + 12 * i <= profile.length; i++) {
            int at = bytes.getInt(136 + 12 * i);
            if (bytes.getInt(132 + 12 * i) == 0x63696370 && at >= 0 && at <= profile.length - 12) {
                return brighter(new ColourSignal(profile[at + 8] & 255, profile[at + 9] & 255));
            }
        }
        var text = new String(profile, StandardCharsets.ISO_8859_1).replace("\0", "");
        if (text.contains("RGB_D65_202_Rel_PeQ")) {
            return new ColourSignal(BT2020, PQ);
        }
        return text.contains("RGB_D65_202_Rel_HLG") ? new ColourSignal(BT2020, HLG) : null;
    }

    private static @Nullable ColourSignal brighter(ColourSignal signal) {
        return signal.transfer == PQ || signal.transfer == HLG ? signal : null;
    }

    /** For each number that a sample may be, its light, where 1 is white. */
    float[] light(int numbers) {
        var light = new float[numbers];
        for (int i = 0; i < numbers; i++) {
            light[i] = (float) lightOf(i / (numbers - 1.0));
        }
        return light;
    }

    private double lightOf(double signal) {
        return switch (transfer) {
            case LINEAR -> signal;
            case PQ -> dimmed(pq(signal) / PAPER);
            case HLG -> dimmed(PEAK * Math.pow(hlg(signal), 1.2) / PAPER);
            default -> signal <= 0.04045 ? signal / 12.92 : Math.pow((signal + 0.055) / 1.055, 2.4);
        };
    }

    /** SMPTE ST 2084, in nits. */
    private static double pq(double signal) {
        double root = Math.pow(signal, 1 / 78.84375);
        double light = Math.max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root);
        return 10_000 * Math.pow(light, 1 / 0.1593017578125);
    }

    /** BT.2100, of the scene, 0 to 1. */
    private static double hlg(double signal) {
        return signal <= 0.5
                ? signal * signal / 3
                : (Math.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12;
    }

    /** Reinhard's curve above the knee, so that {@link #PEAK} becomes white. */
    private static double dimmed(double light) {
        if (light <= KNEE) {
            return light;
        }
        double white = (PEAK / PAPER - KNEE) / (1 - KNEE);
        double over = (light - KNEE) / (1 - KNEE);
        return KNEE + (1 - KNEE) * over * (1 + over / (white * white)) / (1 + over);
    }

    /** From its primaries to those of what is shown, three rows of three. */
    double[] toPrimariesOf(Colorspace shown) {
        return switch (primaries) {
            case BT2020 -> shown == Colorspace.P3 ? BT2020_TO_P3 : BT2020_TO_SRGB;
            case P3, P3_DCI -> shown == Colorspace.P3 ? SAME : P3_TO_SRGB;
            default -> SAME;
        };
    }
}
