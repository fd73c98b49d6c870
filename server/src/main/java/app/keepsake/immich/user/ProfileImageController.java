package app.keepsake.immich.user;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.user.ProfileImages;
import app.keepsake.user.UserView;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/users")
class ProfileImageController {

    record CreateProfileImageResponseDto(
            UUID userId, String profileImagePath, Instant profileChangedAt) {

        static CreateProfileImageResponseDto of(UserView user) {
            return new CreateProfileImageResponseDto(
                    user.id(), user.profileImagePath(), user.profileChangedAt());
        }
    }

    private final ProfileImages images;

    ProfileImageController(ProfileImages images) {
        this.images = images;
    }

    /** The body is read by {@link ProfileImages}, as it arrives. */
    @PostMapping("/profile-image")
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.USER_PROFILE_IMAGE_UPDATE)
    CreateProfileImageResponseDto create(Caller caller, HttpServletRequest request)
            throws IOException {
        return CreateProfileImageResponseDto.of(
                images.receive(caller, request.getInputStream(), request.getContentType()));
    }

    @DeleteMapping("/profile-image")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.USER_PROFILE_IMAGE_DELETE)
    void remove(Caller caller) {
        images.remove(caller);
    }

    /** Each picture has a file name of its own, so that is its tag. */
    @GetMapping("/{id}/profile-image")
    @Requires(Permission.USER_PROFILE_IMAGE_READ)
    ResponseEntity<Resource> get(Caller caller, @PathVariable UUID id) {
        var image = images.find(id);
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(image.contentType()))
                .cacheControl(CacheControl.noCache().cachePrivate())
                .eTag(image.file().getFileName().toString())
                .body(new FileSystemResource(image.file()));
    }
}
