package app.keepsake.worker.video;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;

/** The curves by which what is brighter than an ordinary screen is made to fit on one. */
public enum ToneMap {
    @JsonProperty("hable")
    HABLE,
    @JsonProperty("mobius")
    MOBIUS,
    @JsonProperty("reinhard")
    REINHARD,
    @JsonProperty("disabled")
    DISABLED;

    /** The filters that make of these pictures what ordinary screens show, if they are not that. */
    public List<String> filters(FilmFacts.Picture picture) {
        if (this == DISABLED || !picture.isHdr()) {
            return List.of();
        }
        return List.of(
                // Said once more: films leave out some of it, and then zscale knows no way.
                "zscale=tin=%s:pin=%s:min=%s:rin=%s:t=linear:npl=100"
                        .formatted(
                                picture.transfer(),
                                or(picture.primaries(), "bt2020"),
                                or(picture.matrix(), "bt2020nc"),
                                picture.range().equals("pc") ? "pc" : "tv"),
                "format=gbrpf32le",
                "zscale=p=bt709",
                "tonemap=tonemap=%s:desat=0".formatted(name().toLowerCase(Locale.ROOT)),
                "zscale=t=bt709:m=bt709:r=tv");
    }

    private static String or(String said, String usual) {
        return said.isEmpty() || said.equals("unknown") || said.equals("reserved") ? usual : said;
    }
}
