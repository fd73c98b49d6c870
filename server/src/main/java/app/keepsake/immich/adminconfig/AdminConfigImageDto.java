package app.keepsake.immich.adminconfig;

import app.keepsake.config.ImageConfig.Colorspace;
import app.keepsake.config.ImageConfig.Format;
import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/** How derivatives of pictures are made. */
public record AdminConfigImageDto(
        @NotNull Colorspace colorspace,
        @NotNull Boolean extractEmbedded,
        @NotNull @Valid AdminConfigGeneratedFullsizeImageDto fullsize,
        @NotNull @Valid AdminConfigGeneratedImageDto preview,
        @NotNull @Valid AdminConfigGeneratedImageDto thumbnail) {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AdminConfigGeneratedFullsizeImageDto(
            @NotNull Boolean enabled,
            @NotNull Format format,
            @Nullable Boolean progressive,
            @NotNull @Whole @Min(1) @Max(100) Integer quality) {}

    /**
     * @param size of the shorter side, in pixels; WebP cannot hold more than the most
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AdminConfigGeneratedImageDto(
            @NotNull Format format,
            @Nullable Boolean progressive,
            @NotNull @Whole @Min(1) @Max(100) Integer quality,
            @NotNull @Whole @Min(1) @Max(16383) Integer size) {}
}
