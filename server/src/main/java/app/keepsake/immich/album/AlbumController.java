package app.keepsake.immich.album;

import app.keepsake.album.Album;
import app.keepsake.album.Album.Member;
import app.keepsake.album.AlbumAssets;
import app.keepsake.album.AlbumEdit;
import app.keepsake.album.AlbumFilter;
import app.keepsake.album.AlbumMembers;
import app.keepsake.album.Albums;
import app.keepsake.album.Role;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.album.AlbumResponseDto.AssetOrder;
import app.keepsake.immich.http.BulkIdResponseDto;
import app.keepsake.immich.http.BulkIdResponseDto.BulkIdErrorReason;
import app.keepsake.immich.http.BulkIdsDto;
import app.keepsake.immich.http.LongBody;
import app.keepsake.problem.Sent;
import app.keepsake.user.Users;
import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/albums", produces = MediaType.APPLICATION_JSON_VALUE)
class AlbumController {

    record CreateAlbumDto(
            @NotNull String albumName,
            @Nullable String description,
            @Nullable List<@NotNull @Valid AlbumUserCreateDto> albumUsers,
            @Nullable List<@NotNull UUID> assetIds) {}

    record AlbumUserCreateDto(@NotNull UUID userId, @NotNull AlbumUserRole role) {}

    record UpdateAlbumDto(
            @Nullable String albumName,
            @Nullable String description,
            @Nullable UUID albumThumbnailAssetId,
            @Nullable Boolean isActivityEnabled,
            @Nullable AssetOrder order) {}

    record AlbumsAddAssetsDto(
            @NotNull List<@NotNull UUID> albumIds, @NotNull List<@NotNull UUID> assetIds) {}

    record AlbumsAddAssetsResponseDto(
            boolean success,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable BulkIdErrorReason error) {}

    record AddUsersDto(@NotEmpty List<@NotNull @Valid AlbumUserAddDto> albumUsers) {}

    record AlbumUserAddDto(@NotNull UUID userId, @Nullable AlbumUserRole role) {}

    record UpdateAlbumUserDto(@NotNull AlbumUserRole role) {}

    record AlbumStatisticsResponseDto(int owned, int shared, int notShared) {}

    private final Albums albums;
    private final AlbumAssets albumAssets;
    private final AlbumMembers albumMembers;
    private final Users users;

    AlbumController(
            Albums albums, AlbumAssets albumAssets, AlbumMembers albumMembers, Users users) {
        this.albums = albums;
        this.albumAssets = albumAssets;
        this.albumMembers = albumMembers;
        this.users = users;
    }

    @GetMapping
    @Requires(Permission.ALBUM_READ)
    List<AlbumResponseDto> list(Caller caller, @RequestParam Map<String, String> query) {
        var isOwned = sent(query, "isOwned").flag();
        var isShared = sent(query, "isShared").flag();
        // 2.x: those with others in it, or those that are the caller's alone.
        var shared = sent(query, "shared").flag();
        if (shared != null) {
            isOwned = shared ? isOwned : Boolean.TRUE;
            isShared = shared;
        }
        var found =
                albums.list(
                        caller,
                        new AlbumFilter(
                                sent(query, "id").uuid(),
                                isOwned,
                                isShared,
                                sent(query, "assetId").uuid(),
                                query.get("name")));
        var people =
                users.byId(
                        found.stream()
                                .flatMap(album -> album.members().stream())
                                .map(Member::userId)
                                .collect(Collectors.toSet()));
        return found.stream().map(album -> AlbumResponseDto.of(album, people, null)).toList();
    }

    private static Sent sent(Map<String, String> query, String name) {
        return new Sent(name, query.get(name));
    }

    @GetMapping("/{id}")
    @Requires(Permission.ALBUM_READ)
    AlbumResponseDto get(Caller caller, @PathVariable UUID id) {
        return answer(caller, id);
    }

    private AlbumResponseDto answer(Caller caller, UUID id) {
        Album album = albums.get(caller, id);
        return AlbumResponseDto.of(
                album,
                users.byId(album.members().stream().map(Member::userId).toList()),
                album.isShared() ? albums.contributions(caller, id) : null);
    }

    @GetMapping("/statistics")
    @Requires(Permission.ALBUM_STATISTICS)
    AlbumStatisticsResponseDto statistics(Caller caller) {
        var counts = albums.statistics(caller);
        return new AlbumStatisticsResponseDto(counts.owned(), counts.shared(), counts.notShared());
    }

    @GetMapping("/{id}/map-markers")
    @Requires(Permission.ALBUM_READ)
    byte[] mapMarkers(Caller caller, @PathVariable UUID id) {
        return albums.mapMarkers(caller, id);
    }

    @LongBody
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.ALBUM_CREATE)
    AlbumResponseDto create(Caller caller, @RequestBody @Valid CreateAlbumDto body) {
        var members = Objects.requireNonNullElse(body.albumUsers(), List.<AlbumUserCreateDto>of());
        var id =
                albums.create(
                        caller,
                        body.albumName(),
                        Objects.requireNonNullElse(body.description(), ""),
                        members.stream()
                                .map(each -> new Member(each.userId(), each.role().role()))
                                .toList());
        if (body.assetIds() != null) {
            // What may not be shared is left out.
            albumAssets.add(caller, id, body.assetIds());
        }
        return answer(caller, id);
    }

    @PatchMapping("/{id}")
    @Requires(Permission.ALBUM_UPDATE)
    AlbumResponseDto update(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid UpdateAlbumDto body) {
        var order = body.order();
        albums.update(
                caller,
                id,
                new AlbumEdit(
                        body.albumName(),
                        body.description(),
                        body.albumThumbnailAssetId(),
                        body.isActivityEnabled(),
                        order == null ? null : order == AssetOrder.asc));
        return answer(caller, id);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.ALBUM_DELETE)
    void delete(Caller caller, @PathVariable UUID id) {
        albums.delete(caller, id);
    }

    @LongBody
    @PutMapping("/{id}/assets")
    @Requires(Permission.ALBUM_ASSET_CREATE)
    List<BulkIdResponseDto> addAssets(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid BulkIdsDto body) {
        return BulkIdResponseDto.of(albumAssets.add(caller, id, body.ids()));
    }

    @LongBody
    @DeleteMapping("/{id}/assets")
    @Requires(Permission.ALBUM_ASSET_DELETE)
    List<BulkIdResponseDto> removeAssets(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid BulkIdsDto body) {
        return BulkIdResponseDto.of(albumAssets.remove(caller, id, body.ids()));
    }

    @LongBody
    @PutMapping("/assets")
    @Requires(Permission.ALBUM_ASSET_CREATE)
    AlbumsAddAssetsResponseDto addAssetsToAll(
            Caller caller, @RequestBody @Valid AlbumsAddAssetsDto body) {
        return albumAssets
                .addToAll(caller, body.albumIds(), body.assetIds())
                .map(why -> new AlbumsAddAssetsResponseDto(false, BulkIdErrorReason.of(why)))
                .orElseGet(() -> new AlbumsAddAssetsResponseDto(true, null));
    }

    @PutMapping("/{id}/users")
    @Requires(Permission.ALBUM_USER_CREATE)
    AlbumResponseDto addUsers(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid AddUsersDto body) {
        albumMembers.add(
                caller,
                id,
                body.albumUsers().stream()
                        .map(each -> new Member(each.userId(), role(each.role())))
                        .toList());
        return answer(caller, id);
    }

    private static Role role(@Nullable AlbumUserRole role) {
        return role == null ? Role.EDITOR : role.role();
    }

    @PutMapping("/{id}/user/{userId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.ALBUM_USER_UPDATE)
    void updateUser(
            Caller caller,
            @PathVariable UUID id,
            @PathVariable String userId,
            @RequestBody @Valid UpdateAlbumUserDto body) {
        albumMembers.setRole(caller, id, userId(caller, userId), body.role().role());
    }

    @DeleteMapping("/{id}/user/{userId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.ALBUM_USER_DELETE)
    void removeUser(Caller caller, @PathVariable UUID id, @PathVariable String userId) {
        albumMembers.remove(caller, id, userId(caller, userId));
    }

    private static UUID userId(Caller caller, String text) {
        return text.equals("me")
                ? caller.userId()
                : Objects.requireNonNull(new Sent("userId", text).uuid());
    }
}
