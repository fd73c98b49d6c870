package app.keepsake.immich.adminconfig;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

/** How many jobs of a queue each process runs at a time. */
public record AdminConfigJobDto(
        @NotNull @Valid AdminConfigJobSettingsDto backgroundTask,
        @NotNull @Valid AdminConfigJobSettingsDto editor,
        @NotNull @Valid AdminConfigJobSettingsDto faceDetection,
        @NotNull @Valid AdminConfigJobSettingsDto integrityCheck,
        @NotNull @Valid AdminConfigJobSettingsDto library,
        @NotNull @Valid AdminConfigJobSettingsDto metadataExtraction,
        @NotNull @Valid AdminConfigJobSettingsDto migration,
        @NotNull @Valid AdminConfigJobSettingsDto notifications,
        @NotNull @Valid AdminConfigJobSettingsDto ocr,
        @NotNull @Valid AdminConfigJobSettingsDto search,
        @NotNull @Valid AdminConfigJobSettingsDto sidecar,
        @NotNull @Valid AdminConfigJobSettingsDto smartSearch,
        @NotNull @Valid AdminConfigJobSettingsDto thumbnailGeneration,
        @NotNull @Valid AdminConfigJobSettingsDto videoConversion,
        @NotNull @Valid AdminConfigJobSettingsDto workflow) {

    public record AdminConfigJobSettingsDto(@NotNull @Whole @Min(1) Integer concurrency) {}
}
