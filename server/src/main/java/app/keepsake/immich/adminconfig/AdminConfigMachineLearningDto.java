package app.keepsake.immich.adminconfig;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;

/** What models look for, and how sure they must be. */
public record AdminConfigMachineLearningDto(
        @NotNull @Valid AdminConfigMachineLearningAvailabilityChecksDto availabilityChecks,
        @NotNull @Valid AdminConfigClipDto clip,
        @NotNull @Valid AdminConfigDuplicateDetectionDto duplicateDetection,
        @NotNull Boolean enabled,
        @NotNull @Valid AdminConfigFacialRecognitionDto facialRecognition,
        @NotNull @Valid AdminConfigOcrDto ocr,
        @NotEmpty List<@NotNull @Pattern(regexp = "https?://\\S+") String> urls) {

    /**
     * @param interval in milliseconds, as {@code timeout}
     */
    public record AdminConfigMachineLearningAvailabilityChecksDto(
            @NotNull Boolean enabled,
            @NotNull @Whole @Min(0) Integer interval,
            @NotNull @Whole @Min(0) Integer timeout) {}

    public record AdminConfigClipDto(@NotNull Boolean enabled, @NotBlank String modelName) {}

    public record AdminConfigDuplicateDetectionDto(
            @NotNull Boolean enabled,
            @NotNull @DecimalMin("0.001") @DecimalMax("0.1") Double maxDistance) {}

    public record AdminConfigFacialRecognitionDto(
            @NotNull Boolean enabled,
            @NotNull @DecimalMin("0.1") @DecimalMax("2") Double maxDistance,
            @NotNull @Whole @Min(1) Integer minFaces,
            @NotNull @DecimalMin("0.1") @DecimalMax("1") Double minScore,
            @NotBlank String modelName) {}

    public record AdminConfigOcrDto(
            @NotNull Boolean enabled,
            @NotNull @Whole @Min(1) Integer maxResolution,
            @NotNull @DecimalMin("0.1") @DecimalMax("1") Double minDetectionScore,
            @NotNull @DecimalMin("0.1") @DecimalMax("1") Double minRecognitionScore,
            @NotBlank String modelName) {}
}
