package app.keepsake.immich.adminconfig;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import jakarta.validation.Valid;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Immich 3.2's name for what {@code system-config} was before. */
@RestController
@RequestMapping("/api/admin/config")
class AdminConfigController {

    private final ConfigDocument document;

    AdminConfigController(ConfigDocument document) {
        this.document = document;
    }

    @GetMapping
    @Requires(value = Permission.ADMIN_CONFIG_READ, admin = true)
    AdminConfigDto get(Caller caller) {
        return document.get(caller);
    }

    @PutMapping
    @Requires(value = Permission.ADMIN_CONFIG_UPDATE, admin = true)
    AdminConfigDto replace(Caller caller, @RequestBody @Valid AdminConfigDto body) {
        return document.replace(caller, body);
    }

    @GetMapping("/defaults")
    @Requires(value = Permission.ADMIN_CONFIG_READ, admin = true)
    AdminConfigDto defaults(Caller caller) {
        return ConfigDocument.DEFAULTS;
    }
}
