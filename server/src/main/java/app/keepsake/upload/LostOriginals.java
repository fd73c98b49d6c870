package app.keepsake.upload;

import app.keepsake.storage.Originals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Originals that are not where their rows say, and may be among the files that no row names: those
 * that a storage template has moved after the database was backed up, say. A file of the same size
 * and SHA-1 is the original.
 *
 * <p>Of half a million it holds the sizes, 4 MB, and reads only files of one of these (I7).
 */
final class LostOriginals {

    private static final Logger log = LoggerFactory.getLogger(LostOriginals.class);
    private static final int BATCH = 500;

    private final Originals originals;
    private final SweepRows rows;
    private final long[] sizes;

    private LostOriginals(Originals originals, SweepRows rows, long[] sizes) {
        this.originals = originals;
        this.rows = rows;
        this.sizes = sizes;
    }

    /** Looks for all; what was put aside under the same path comes back at once. */
    static LostOriginals find(Originals originals, SweepRows rows) throws IOException {
        var sizes = LongStream.builder();
        var batch = rows.after(new UUID(0, 0), BATCH);
        while (!batch.isEmpty()) {
            for (var original : batch) {
                if (!originals.holds(original.path(), original.size())
                        && !originals.release(
                                original.path(), original.size(), original.checksumBytes())) {
                    sizes.add(original.size());
                }
            }
            batch = rows.after(batch.getLast().id(), BATCH);
        }
        return new LostOriginals(originals, rows, sizes.build().sorted().distinct().toArray());
    }

    boolean isEmpty() {
        return sizes.length == 0;
    }

    /** Those of the files that one may be, by their sizes. */
    List<String> among(List<String> paths) throws IOException {
        var some = new ArrayList<String>();
        for (var path : paths) {
            if (mayBe(originals.size(path))) {
                some.add(path);
            }
        }
        return some;
    }

    private boolean mayBe(long size) {
        return Arrays.binarySearch(sizes, size) >= 0;
    }

    /** Lets the row of a lost one name this file, if it is that; a sidecar beside it goes along. */
    boolean claim(String path) throws IOException {
        for (var original : lostOnesAt(path)) {
            if (rows.pointTo(original, path, sidecar(original, path))) {
                log.info("{} is the original of asset {}", path, original.id());
                return true;
            }
        }
        return false;
    }

    /** Takes this file out of quarantine to where the row of a lost one says, if it is that. */
    boolean bringBack(String path) throws IOException {
        for (var original : lostOnesAt(path)) {
            var sidecar = sidecar(original, path);
            var place = original.path();
            originals.clear(place);
            originals.move(path, place);
            if (sidecar != null && sidecar.equals(path + ".xmp")) {
                originals.clear(place + ".xmp");
                originals.move(sidecar, place + ".xmp");
                sidecar = place + ".xmp";
            }
            log.info("{} is the original of asset {}", path, original.id());
            return rows.pointTo(original, place, sidecar);
        }
        return false;
    }

    private List<SweepRows.Original> lostOnesAt(String path) throws IOException {
        long size = originals.size(path);
        if (!mayBe(size) || rows.ofNoAsset(List.of(path)).isEmpty()) {
            return List.of();
        }
        try {
            return rows.of(originals.checksum(path), size, ownersFolder(path)).stream()
                    .filter(original -> !originals.holds(original.path(), size))
                    .toList();
        } catch (IOException e) {
            log.warn("Cannot read {}", path, e); // a bad sector, say: it hides no other
            return List.of();
        }
    }

    /** As in {@code upload/<folder>/} and {@code library/<folder>/}, also in quarantine. */
    private static String ownersFolder(String path) {
        var names = path.replaceFirst("^quarantine/", "").split("/");
        return names.length > 1 ? names[1] : "";
    }

    /** The one beside the file, unless that is another's, or its own is where its row says. */
    private @Nullable String sidecar(SweepRows.Original original, String path) throws IOException {
        var own = original.sidecarPath();
        var beside = path + ".xmp";
        return own != null && !originals.isFree(own)
                        || originals.isFree(beside)
                        || rows.ofNoAsset(List.of(beside)).isEmpty()
                ? own
                : beside;
    }
}
