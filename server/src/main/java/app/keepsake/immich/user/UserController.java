package app.keepsake.immich.user;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.user.Users;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/users")
class UserController {

    private final Users users;

    UserController(Users users) {
        this.users = users;
    }

    @GetMapping("/me")
    @Requires(Permission.USER_READ)
    UserAdminResponseDto me(Caller caller) {
        return UserAdminResponseDto.of(users.me(caller));
    }

    @GetMapping("/me/preferences")
    @Requires(Permission.USER_PREFERENCE_READ)
    UserPreferencesResponseDto preferences(Caller caller) {
        return UserPreferencesResponseDto.DEFAULTS;
    }
}
