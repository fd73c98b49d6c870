package app.keepsake.immich.systemconfig;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.adminconfig.AdminConfigDto;
import app.keepsake.immich.adminconfig.ConfigDocument;
import jakarta.validation.Valid;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/system-config")
class SystemConfigController {

    private final ConfigDocument document;

    SystemConfigController(ConfigDocument document) {
        this.document = document;
    }

    @GetMapping
    @Requires(value = Permission.SYSTEM_CONFIG_READ, admin = true)
    AdminConfigDto get(Caller caller) {
        return document.get(caller);
    }

    @PutMapping
    @Requires(value = Permission.SYSTEM_CONFIG_UPDATE, admin = true)
    AdminConfigDto replace(Caller caller, @RequestBody @Valid AdminConfigDto body) {
        return document.replace(caller, body);
    }

    @GetMapping("/defaults")
    @Requires(value = Permission.SYSTEM_CONFIG_READ, admin = true)
    AdminConfigDto defaults(Caller caller) {
        return ConfigDocument.DEFAULTS;
    }

    @GetMapping("/storage-template-options")
    @Requires(value = Permission.SYSTEM_CONFIG_READ, admin = true)
    SystemConfigTemplateStorageOptionDto storageTemplateOptions(Caller caller) {
        return SystemConfigTemplateStorageOptionDto.ALL;
    }
}
