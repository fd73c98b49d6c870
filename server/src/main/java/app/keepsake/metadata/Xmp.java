package app.keepsake.metadata;

import com.drew.metadata.Metadata;
import com.drew.metadata.xmp.XmpDirectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The XMP properties of a file, by names as {@code dc:description[1]}. */
record Xmp(Map<String, String> properties) {

    private static final String LEVELS_BY_BARS = "lr:hierarchicalSubject";

    /** Where tags are listed: the first that is there counts. */
    static final String[] KEYWORDS = {"digiKam:TagsList", LEVELS_BY_BARS, "dc:subject"};

    static Xmp of(Metadata metadata) {
        var all = new TreeMap<String, String>();
        for (var directory : metadata.getDirectoriesOfType(XmpDirectory.class)) {
            directory.getXmpProperties().forEach(all::putIfAbsent);
        }
        return new Xmp(all);
    }

    /** The first of these properties that says something. */
    @Nullable String text(String... keys) {
        for (var key : keys) {
            var value = Tags.clean(properties.get(key));
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** The first of TagsList, HierarchicalSubject and Keywords that is there. */
    List<String> keywords() {
        for (var list : KEYWORDS) {
            var values = list(list);
            if (!values.isEmpty()) {
                return list.equals(LEVELS_BY_BARS)
                        ? values.stream().map(value -> value.replace('|', '/')).toList()
                        : values;
            }
        }
        return List.of();
    }

    /** Whether one of these properties is there, but empty: a list without items, too. */
    boolean isEmptied(String... keys) {
        return Arrays.stream(keys)
                .map(properties::get)
                .anyMatch(value -> value != null && value.isBlank());
    }

    /** The faces that somebody has named. */
    List<Region> faces() {
        var faces = new ArrayList<Region>();
        for (int i = 1; i <= Region.MOST; i++) {
            var region = "mwg-rs:Regions/mwg-rs:RegionList[%d]".formatted(i);
            var area = region + "/mwg-rs:Area/stArea:";
            var unit = text(area + "unit");
            if (unit == null || unit.equals("normalized")) {
                Region.of(
                                text(region + "/mwg-rs:Name"),
                                text(region + "/mwg-rs:Type"),
                                Region.number(text(area + "x")),
                                Region.number(text(area + "y")),
                                Region.number(text(area + "w")),
                                Region.number(text(area + "h")))
                        .ifPresent(faces::add);
            }
        }
        return faces;
    }

    /** What a property lists, each once. */
    List<String> list(String key) {
        var values = new ArrayList<String>();
        for (int i = 1; properties.get(key + "[" + i + "]") instanceof String value; i++) {
            values.add(value);
        }
        return Tags.clean(values);
    }
}
