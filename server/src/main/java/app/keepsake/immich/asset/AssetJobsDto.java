package app.keepsake.immich.asset;

import app.keepsake.jobs.DetectFaces;
import app.keepsake.jobs.ExtractMetadata;
import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.jobs.Job;
import app.keepsake.jobs.TranscodeVideo;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.UUID;

record AssetJobsDto(@NotNull List<@NotNull UUID> assetIds, @NotNull Name name) {

    /** Work that may be asked for again. */
    enum Name {
        @JsonProperty("refresh-faces")
        REFRESH_FACES,
        @JsonProperty("refresh-metadata")
        REFRESH_METADATA,
        @JsonProperty("regenerate-thumbnail")
        REGENERATE_THUMBNAIL,
        @JsonProperty("transcode-video")
        TRANSCODE_VIDEO;

        Class<? extends Job> kind() {
            return switch (this) {
                case REFRESH_FACES -> DetectFaces.class;
                case REFRESH_METADATA -> ExtractMetadata.class;
                case REGENERATE_THUMBNAIL -> GenerateThumbnails.class;
                case TRANSCODE_VIDEO -> TranscodeVideo.class;
            };
        }
    }
}
