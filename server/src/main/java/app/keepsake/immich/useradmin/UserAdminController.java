package app.keepsake.immich.useradmin;

import app.keepsake.asset.Assets;
import app.keepsake.asset.Visibility;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.auth.Sessions;
import app.keepsake.immich.asset.AssetStatsResponseDto;
import app.keepsake.immich.session.SessionResponseDto;
import app.keepsake.immich.user.CalendarHeatmapResponseDto;
import app.keepsake.immich.user.PreferencesJson;
import app.keepsake.immich.user.UserAdminResponseDto;
import app.keepsake.immich.user.UserPreferencesResponseDto;
import app.keepsake.immich.user.UserPreferencesUpdateDto;
import app.keepsake.problem.Problem;
import app.keepsake.problem.Sent;
import app.keepsake.user.Activity;
import app.keepsake.user.ManagedUsers;
import app.keepsake.user.UserChanges;
import app.keepsake.user.UserSettings;
import jakarta.validation.Valid;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/admin/users")
class UserAdminController {

    record UserAdminDeleteDto(@Nullable Boolean force) {}

    private final ManagedUsers users;
    private final UserSettings settings;
    private final Activity activity;
    private final Sessions sessions;
    private final Assets assets;
    private final PreferencesJson json;

    UserAdminController(
            ManagedUsers users,
            UserSettings settings,
            Activity activity,
            Sessions sessions,
            Assets assets,
            PreferencesJson json) {
        this.users = users;
        this.settings = settings;
        this.activity = activity;
        this.sessions = sessions;
        this.assets = assets;
        this.json = json;
    }

    @GetMapping
    @Requires(value = Permission.ADMIN_USER_READ, admin = true)
    List<UserAdminResponseDto> all(
            Caller caller,
            @RequestParam(required = false) @Nullable String id,
            @RequestParam(defaultValue = "false") boolean withDeleted) {
        var wanted = new Sent("id", id).uuid();
        return users.all(caller, withDeleted).stream()
                .filter(user -> wanted == null || user.id().equals(wanted))
                .map(UserAdminResponseDto::of)
                .toList();
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(value = Permission.ADMIN_USER_CREATE, admin = true)
    UserAdminResponseDto create(Caller caller, @RequestBody @Valid UserAdminCreateDto body) {
        return UserAdminResponseDto.of(users.create(caller, body.account()));
    }

    @GetMapping("/{id}")
    @Requires(value = Permission.ADMIN_USER_READ, admin = true)
    UserAdminResponseDto get(Caller caller, @PathVariable UUID id) {
        return UserAdminResponseDto.of(users.get(caller, id));
    }

    @RequestMapping(
            path = "/{id}",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    @Requires(value = Permission.ADMIN_USER_UPDATE, admin = true)
    UserAdminResponseDto update(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid UserAdminUpdateDto body) {
        return UserAdminResponseDto.of(users.update(caller, id, body.changes()));
    }

    @DeleteMapping("/{id}")
    @Requires(value = Permission.ADMIN_USER_DELETE, admin = true)
    UserAdminResponseDto delete(
            Caller caller, @PathVariable UUID id, @RequestBody UserAdminDeleteDto body) {
        return UserAdminResponseDto.of(users.delete(caller, id, Boolean.TRUE.equals(body.force())));
    }

    @PostMapping("/{id}/restore")
    @ResponseStatus(HttpStatus.OK)
    @Requires(value = Permission.ADMIN_USER_DELETE, admin = true)
    UserAdminResponseDto restore(Caller caller, @PathVariable UUID id) {
        return UserAdminResponseDto.of(users.restore(caller, id));
    }

    @GetMapping("/{id}/preferences")
    @Requires(value = Permission.ADMIN_USER_READ, admin = true)
    UserPreferencesResponseDto preferences(Caller caller, @PathVariable UUID id) {
        return json.read(settings.preferences(caller, id));
    }

    @RequestMapping(
            path = "/{id}/preferences",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    @Requires(value = Permission.ADMIN_USER_UPDATE, admin = true)
    UserPreferencesResponseDto setPreferences(
            Caller caller,
            @PathVariable UUID id,
            @RequestBody @Valid UserPreferencesUpdateDto body) {
        if (body.avatarColor() != null) {
            users.update(caller, id, UserChanges.own(null, null, null, body.avatarColor()));
        }
        return json.read(settings.setPreferences(caller, id, json.write(body)));
    }

    @GetMapping("/{id}/sessions")
    @Requires(value = Permission.ADMIN_SESSION_READ, admin = true)
    List<SessionResponseDto> sessions(Caller caller, @PathVariable UUID id) {
        users.get(caller, id);
        return sessions.of(id).stream()
                .map(session -> SessionResponseDto.of(caller, session))
                .toList();
    }

    @GetMapping("/{id}/statistics")
    @Requires(value = Permission.ADMIN_USER_READ, admin = true)
    AssetStatsResponseDto statistics(
            Caller caller,
            @PathVariable UUID id,
            @RequestParam(required = false) @Nullable Boolean isFavorite,
            @RequestParam(defaultValue = "false") boolean isTrashed,
            @RequestParam(required = false) @Nullable String visibility) {
        users.get(caller, id);
        return AssetStatsResponseDto.of(
                assets.statistics(
                        caller,
                        id,
                        isFavorite,
                        isTrashed,
                        visibility == null
                                ? null
                                : Visibility.parse(visibility)
                                        .orElseThrow(
                                                () ->
                                                        new Problem.Invalid(
                                                                "visibility is unknown"))));
    }

    @GetMapping("/{id}/calendar-heatmap")
    @Requires(value = Permission.ADMIN_USER_READ, admin = true)
    CalendarHeatmapResponseDto heatmap(
            Caller caller,
            @PathVariable UUID id,
            @RequestParam @DateTimeFormat(iso = DateTimeFormat.ISO.DATE) @Nullable LocalDate to) {
        return CalendarHeatmapResponseDto.of(activity.year(caller, id, to));
    }
}
