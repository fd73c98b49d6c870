package app.keepsake.immich.adminconfig;

import app.keepsake.config.SystemConfig;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/** The whole system config. Which of it has an effect stands in docs/operations.md. */
public record AdminConfigDto(
        @NotNull @Valid AdminConfigBackupsDto backup,
        @NotNull @Valid AdminConfigFFmpegDto ffmpeg,
        @NotNull @Valid AdminConfigImageDto image,
        @NotNull @Valid AdminConfigIntegrityChecksDto integrityChecks,
        @NotNull @Valid AdminConfigJobDto job,
        @NotNull @Valid AdminConfigLibraryDto library,
        @NotNull @Valid AdminConfigLoggingDto logging,
        @NotNull @Valid AdminConfigMachineLearningDto machineLearning,
        @NotNull @Valid AdminConfigMapDto map,
        @NotNull @Valid AdminConfigMetadataDto metadata,
        @NotNull @Valid AdminConfigNewVersionCheckDto newVersionCheck,
        @NotNull @Valid AdminConfigNightlyTasksDto nightlyTasks,
        @NotNull @Valid AdminConfigNotificationsDto notifications,
        @NotNull @Valid AdminConfigOAuthDto oauth,
        @NotNull @Valid AdminConfigPasswordLoginDto passwordLogin,
        @NotNull @Valid AdminConfigReverseGeocodingDto reverseGeocoding,
        @NotNull @Valid AdminConfigServerDto server,
        @NotNull @Valid AdminConfigStorageTemplateDto storageTemplate,
        @NotNull @Valid AdminConfigTemplatesDto templates,
        @NotNull @Valid AdminConfigThemeDto theme,
        @NotNull @Valid AdminConfigTrashDto trash,
        @NotNull @Valid AdminConfigUserDto user) {

    private static final String WEB_ADDRESS = "https?://\\S+";
    private static final String WEB_ADDRESS_OR_NONE = "(" + WEB_ADDRESS + ")?";

    public record AdminConfigBackupsDto(@NotNull @Valid AdminConfigDatabaseBackupDto database) {}

    public record AdminConfigDatabaseBackupDto(
            @NotNull @Cron String cronExpression,
            @NotNull Boolean enabled,
            @NotNull @Whole @Min(1) Integer keepLastAmount) {}

    public record AdminConfigIntegrityChecksDto(
            @NotNull @Valid AdminConfigIntegrityChecksumJobDto checksumFiles,
            @NotNull @Valid AdminConfigIntegrityJobDto missingFiles,
            @NotNull @Valid AdminConfigIntegrityJobDto untrackedFiles) {}

    /**
     * @param percentageLimit of all files, 0 to 1
     * @param timeLimit in milliseconds
     */
    public record AdminConfigIntegrityChecksumJobDto(
            @NotNull @Cron String cronExpression,
            @NotNull Boolean enabled,
            @NotNull @DecimalMin("0") @DecimalMax("1") Double percentageLimit,
            @NotNull @Whole @Min(1) Integer timeLimit) {}

    public record AdminConfigIntegrityJobDto(
            @NotNull @Cron String cronExpression, @NotNull Boolean enabled) {}

    public record AdminConfigLibraryDto(
            @NotNull @Valid AdminConfigLibraryScanDto scan,
            @NotNull @Valid AdminConfigLibraryWatchDto watch) {}

    public record AdminConfigLibraryScanDto(
            @NotNull @Cron String cronExpression, @NotNull Boolean enabled) {}

    public record AdminConfigLibraryWatchDto(@NotNull Boolean enabled) {}

    public record AdminConfigLoggingDto(@NotNull Boolean enabled, @NotNull LogLevel level) {}

    enum LogLevel {
        verbose,
        debug,
        log,
        warn,
        error,
        fatal
    }

    public record AdminConfigMapDto(
            @NotNull @Pattern(regexp = WEB_ADDRESS_OR_NONE) String darkStyle,
            @NotNull Boolean enabled,
            @NotNull @Pattern(regexp = WEB_ADDRESS_OR_NONE) String lightStyle) {}

    public record AdminConfigMetadataDto(@NotNull @Valid AdminConfigFacesDto faces) {}

    public record AdminConfigFacesDto(@NotNull @JsonProperty("import") Boolean isImported) {}

    public record AdminConfigNewVersionCheckDto(
            @NotNull ReleaseChannel channel, @NotNull Boolean enabled) {}

    enum ReleaseChannel {
        stable,
        releaseCandidate
    }

    public record AdminConfigNightlyTasksDto(
            @NotNull Boolean clusterNewFaces,
            @NotNull Boolean databaseCleanup,
            @NotNull Boolean generateMemories,
            @NotNull Boolean missingThumbnails,
            @NotNull @Pattern(regexp = "([01]\\d|2[0-3]):[0-5]\\d") String startTime,
            @NotNull Boolean syncQuotaUsage) {}

    public record AdminConfigNotificationsDto(@NotNull @Valid AdminConfigSmtpDto smtp) {}

    public record AdminConfigSmtpDto(
            @NotNull Boolean enabled,
            @NotNull String from,
            @NotNull String replyTo,
            @NotNull @Valid AdminConfigSmtpTransportDto transport) {}

    public record AdminConfigSmtpTransportDto(
            @NotNull String host,
            @NotNull Boolean ignoreCert,
            @NotNull String password,
            @NotNull @Whole @Min(0) @Max(65535) Integer port,
            @NotNull Boolean secure,
            @NotNull String username) {}

    public record AdminConfigPasswordLoginDto(@NotNull Boolean enabled) {}

    public record AdminConfigReverseGeocodingDto(@NotNull Boolean enabled) {}

    public record AdminConfigServerDto(
            @NotNull @Pattern(regexp = WEB_ADDRESS_OR_NONE) String externalDomain,
            @NotNull String loginPageMessage,
            @NotNull Boolean publicUsers) {}

    public record AdminConfigStorageTemplateDto(
            @NotNull Boolean enabled,
            @NotNull Boolean hashVerificationEnabled,
            @NotBlank String template) {}

    public record AdminConfigTemplatesDto(@NotNull @Valid AdminConfigTemplateEmailsDto email) {}

    public record AdminConfigTemplateEmailsDto(
            @NotNull String albumInviteTemplate,
            @NotNull String albumUpdateTemplate,
            @NotNull String welcomeTemplate) {}

    public record AdminConfigThemeDto(@NotNull String customCss) {}

    public record AdminConfigTrashDto(
            @NotNull @Whole @Min(0) Integer days, @NotNull Boolean enabled) {}

    /**
     * @param deleteDelay days until a deleted account is gone
     */
    public record AdminConfigUserDto(@NotNull @Whole @Min(1) Integer deleteDelay) {}

    /** What holds now. */
    public static AdminConfigDto of(SystemConfig config) {
        return config.as(AdminConfigDto.class);
    }
}
