package app.keepsake.immich.apikey;

import app.keepsake.auth.ApiKeyView;
import app.keepsake.auth.ApiKeys;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/api-keys")
class ApiKeyController {

    record ApiKeyCreateDto(
            @Nullable String name, @NotEmpty List<@NotNull Permission> permissions) {}

    record ApiKeyUpdateDto(
            @Nullable String name,
            @Size(min = 1) @Nullable List<@NotNull Permission> permissions) {}

    record ApiKeyResponseDto(
            UUID id,
            String name,
            List<Permission> permissions,
            Instant createdAt,
            Instant updatedAt) {

        static ApiKeyResponseDto of(ApiKeyView key) {
            return new ApiKeyResponseDto(
                    key.id(), key.name(), key.permissions(), key.createdAt(), key.updatedAt());
        }
    }

    /** Holds the key twice: 3.2 flattened it, and older clients read {@code apiKey}. */
    record ApiKeyCreateResponseDto(
            String secret,
            ApiKeyResponseDto apiKey,
            UUID id,
            String name,
            List<Permission> permissions,
            Instant createdAt,
            Instant updatedAt) {

        static ApiKeyCreateResponseDto of(ApiKeys.Created created) {
            var key = created.apiKey();
            return new ApiKeyCreateResponseDto(
                    created.secret(),
                    ApiKeyResponseDto.of(key),
                    key.id(),
                    key.name(),
                    key.permissions(),
                    key.createdAt(),
                    key.updatedAt());
        }
    }

    private final ApiKeys apiKeys;

    ApiKeyController(ApiKeys apiKeys) {
        this.apiKeys = apiKeys;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.API_KEY_CREATE)
    ApiKeyCreateResponseDto create(Caller caller, @RequestBody @Valid ApiKeyCreateDto body) {
        return ApiKeyCreateResponseDto.of(
                apiKeys.create(caller, body.name(), Set.copyOf(body.permissions())));
    }

    @GetMapping("/me")
    ApiKeyResponseDto me(Caller caller) {
        return ApiKeyResponseDto.of(apiKeys.current(caller));
    }

    @GetMapping
    @Requires(Permission.API_KEY_READ)
    List<ApiKeyResponseDto> list(Caller caller) {
        return apiKeys.list(caller).stream().map(ApiKeyResponseDto::of).toList();
    }

    @GetMapping("/{id}")
    @Requires(Permission.API_KEY_READ)
    ApiKeyResponseDto get(Caller caller, @PathVariable UUID id) {
        return ApiKeyResponseDto.of(apiKeys.get(caller, id));
    }

    @RequestMapping(
            path = "/{id}",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    @Requires(Permission.API_KEY_UPDATE)
    ApiKeyResponseDto update(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid ApiKeyUpdateDto body) {
        var permissions = body.permissions();
        return ApiKeyResponseDto.of(
                apiKeys.update(
                        caller,
                        id,
                        body.name(),
                        permissions == null ? null : Set.copyOf(permissions)));
    }

    @PostMapping("/{id}/rotate")
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.API_KEY_ROTATE)
    ApiKeyCreateResponseDto rotate(Caller caller, @PathVariable UUID id) {
        return ApiKeyCreateResponseDto.of(apiKeys.rotate(caller, id));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.API_KEY_DELETE)
    void delete(Caller caller, @PathVariable UUID id) {
        apiKeys.delete(caller, id);
    }
}
