package app.keepsake.immich.server;

import app.keepsake.asset.MediaTypes;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Public;
import app.keepsake.auth.Requires;
import app.keepsake.storage.Library;
import app.keepsake.user.Users;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
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

    private final Users users;
    private final Library library;
    private final @Nullable BuildProperties build;

    ServerController(Users users, Library library, ObjectProvider<BuildProperties> build) {
        this.users = users;
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
        var current = ServerVersionResponseDto.CURRENT;
        var version = "v%d.%d.%d".formatted(current.major(), current.minor(), current.patch());
        return new ServerAboutResponseDto(
                version,
                "https://github.com/immich-app/immich/releases/tag/" + version,
                false,
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
        return ServerFeaturesDto.BUILT;
    }

    @Public
    @GetMapping("/config")
    ServerConfigDto config() {
        return ServerConfigDto.of(users.isInitialized());
    }

    @GetMapping("/storage")
    @Requires(Permission.SERVER_STORAGE)
    ServerStorageResponseDto storage(Caller caller) {
        return ServerStorageResponseDto.of(library.space());
    }
}
