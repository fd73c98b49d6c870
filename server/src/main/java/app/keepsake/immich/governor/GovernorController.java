package app.keepsake.immich.governor;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.job.Outlooks;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/keepsake/governor")
class GovernorController {

    private final Outlooks outlooks;

    GovernorController(Outlooks outlooks) {
        this.outlooks = outlooks;
    }

    @GetMapping
    @Requires(value = Permission.QUEUE_READ, admin = true)
    GovernorView get(Caller caller) {
        return GovernorView.of(outlooks.now(caller));
    }
}
