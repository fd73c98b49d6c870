package app.keepsake.immich.server;

import app.keepsake.asset.MediaTypes;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Public;
import app.keepsake.auth.Requires;
import app.keepsake.immich.user.LicenseKeyDto;
import app.keepsake.immich.user.UserLicenseDto;
import app.keepsake.problem.Problem;
import app.keepsake.settings.ApiVersion;
import app.keepsake.settings.License;
import app.keepsake.settings.ServerSettings;
import app.keepsake.settings.VersionHistory;
import app.keepsake.storage.Library;
import app.keepsake.user.Usage;
import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.Valid;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/server")
class ServerController {

    record ServerPingResponseDto(String res) {}

    /**
     * @param version of the API: clients compare it with their own
     * @param build Keepsake's own version
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ServerAboutResponseDto(
            String version,
            String versionUrl,
            boolean licensed,
            String repository,
            @Nullable String build,
            @Nullable String sourceCommit) {}

    record ServerMediaTypesResponseDto(
            List<String> image, List<String> video, List<String> sidecar) {}

    record ServerVersionHistoryResponseDto(UUID id, Instant createdAt, String version) {

        static ServerVersionHistoryResponseDto of(VersionHistory.Entry entry) {
            return new ServerVersionHistoryResponseDto(
                    entry.id(), entry.createdAt(), entry.version());
        }
    }

    private final ServerFacts facts;
    private final ServerSettings settings;
    private final VersionHistory versions;
    private final Usage usage;
    private final Library library;
    private final @Nullable BuildProperties build;

    ServerController(
            ServerFacts facts,
            ServerSettings settings,
            VersionHistory versions,
            Usage usage,
            Library library,
            ObjectProvider<BuildProperties> build) {
        this.facts = facts;
        this.settings = settings;
        this.versions = versions;
        this.usage = usage;
        this.library = library;
        this.build = build.getIfAvailable();
    }

    @Public
    @GetMapping("/ping")
    ServerPingResponseDto ping() {
        return new ServerPingResponseDto("pong");
    }

    @Public
    @GetMapping("/version")
    ServerVersionResponseDto version() {
        return ServerVersionResponseDto.CURRENT;
    }

    @GetMapping("/about")
    @Requires(Permission.SERVER_ABOUT)
    ServerAboutResponseDto about(Caller caller) {
        var version = "v" + ApiVersion.CURRENT;
        return new ServerAboutResponseDto(
                version,
                "https://github.com/immich-app/immich/releases/tag/" + version,
                settings.license().isPresent(),
                "keepsake",
                build == null ? null : build.getVersion(),
                build == null ? null : build.get("commit"));
    }

    @Public
    @GetMapping("/media-types")
    ServerMediaTypesResponseDto mediaTypes() {
        return new ServerMediaTypesResponseDto(
                MediaTypes.extensions(MediaTypes.Kind.IMAGE),
                MediaTypes.extensions(MediaTypes.Kind.VIDEO),
                MediaTypes.extensions(MediaTypes.Kind.SIDECAR));
    }

    @Public
    @GetMapping("/features")
    ServerFeaturesDto features() {
        return facts.features();
    }

    @Public
    @GetMapping("/config")
    ServerConfigDto config() {
        return facts.config();
    }

    @GetMapping("/storage")
    @Requires(Permission.SERVER_STORAGE)
    ServerStorageResponseDto storage(Caller caller) {
        return ServerStorageResponseDto.of(library.space());
    }

    @GetMapping("/apk-links")
    @Requires(Permission.SERVER_APK_LINKS)
    ServerApkLinksDto apkLinks(Caller caller) {
        return ServerApkLinksDto.of(ApiVersion.CURRENT);
    }

    @GetMapping("/statistics")
    @Requires(value = Permission.SERVER_STATISTICS, admin = true)
    ServerStatsResponseDto statistics(Caller caller) {
        return ServerStatsResponseDto.of(usage.byUser(caller));
    }

    @GetMapping("/version-check")
    @Requires(Permission.SERVER_VERSION_CHECK)
    VersionCheckStateResponseDto versionCheck(Caller caller) {
        return VersionCheckStateResponseDto.NEVER;
    }

    @Public
    @GetMapping("/version-history")
    List<ServerVersionHistoryResponseDto> versionHistory() {
        return versions.all().stream().map(ServerVersionHistoryResponseDto::of).toList();
    }

    /** Keepsake sells nothing; see {@link License}. 404 when none was set. */
    @GetMapping("/license")
    @Requires(value = Permission.SERVER_LICENSE_READ, admin = true)
    UserLicenseDto license(Caller caller) {
        return settings.license()
                .map(UserLicenseDto::of)
                .orElseThrow(() -> new Problem.NotFound("There is no license"));
    }

    @PutMapping("/license")
    @Requires(value = Permission.SERVER_LICENSE_UPDATE, admin = true)
    UserLicenseDto setLicense(Caller caller, @RequestBody @Valid LicenseKeyDto body) {
        var license = body.license();
        settings.setLicense(caller, license);
        return UserLicenseDto.of(license);
    }

    @DeleteMapping("/license")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(value = Permission.SERVER_LICENSE_DELETE, admin = true)
    void removeLicense(Caller caller) {
        settings.removeLicense(caller);
    }
}
