package app.keepsake.immich.user;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.user.Activity;
import app.keepsake.user.Users;
import jakarta.validation.Valid;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/users")
class UserController {

    private final Users users;
    private final Activity activity;

    UserController(Users users, Activity activity) {
        this.users = users;
        this.activity = activity;
    }

    @GetMapping
    @Requires(Permission.USER_READ)
    List<UserResponseDto> all(Caller caller) {
        return users.all(caller).stream().map(UserResponseDto::of).toList();
    }

    @GetMapping("/{id}")
    @Requires(Permission.USER_READ)
    UserResponseDto get(Caller caller, @PathVariable UUID id) {
        return UserResponseDto.of(users.find(id));
    }

    @GetMapping("/me")
    @Requires(Permission.USER_READ)
    UserAdminResponseDto me(Caller caller) {
        return UserAdminResponseDto.of(users.me(caller));
    }

    @RequestMapping(
            path = "/me",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    @Requires(Permission.USER_UPDATE)
    UserAdminResponseDto update(Caller caller, @RequestBody @Valid UserUpdateMeDto body) {
        return UserAdminResponseDto.of(
                users.update(
                        caller,
                        body.name(),
                        body.email(),
                        body.password(),
                        UserAvatarColor.nameOf(body.avatarColor())));
    }

    @GetMapping("/me/calendar-heatmap")
    @Requires(Permission.USER_READ)
    CalendarHeatmapResponseDto heatmap(
            Caller caller,
            @RequestParam @DateTimeFormat(iso = DateTimeFormat.ISO.DATE) @Nullable LocalDate to) {
        return CalendarHeatmapResponseDto.of(activity.year(caller, caller.userId(), to));
    }
}
