package app.keepsake.immich.face;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.person.PersonResponseDto;
import app.keepsake.person.DrawnFace;
import app.keepsake.person.Faces;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/faces")
class FaceController {

    record AssetFaceCreateDto(
            @NotNull UUID assetId,
            @NotNull UUID personId,
            @NotNull Integer imageWidth,
            @NotNull Integer imageHeight,
            @NotNull Integer x,
            @NotNull Integer y,
            @NotNull Integer width,
            @NotNull Integer height) {}

    record AssetFaceDeleteDto(@NotNull Boolean force) {}

    record FaceDto(@NotNull UUID id) {}

    private final Faces faces;

    FaceController(Faces faces) {
        this.faces = faces;
    }

    /**
     * @param id the asset's
     */
    @GetMapping
    @Requires(Permission.FACE_READ)
    List<AssetFaceResponseDto> ofAsset(Caller caller, @RequestParam UUID id) {
        return faces.of(caller, id).stream().map(AssetFaceResponseDto::of).toList();
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.FACE_CREATE)
    void create(Caller caller, @RequestBody @Valid AssetFaceCreateDto body) {
        faces.draw(
                caller,
                new DrawnFace(
                        body.assetId(),
                        body.personId(),
                        body.imageWidth(),
                        body.imageHeight(),
                        body.x(),
                        body.y(),
                        body.width(),
                        body.height()));
    }

    /**
     * @param id the person's to whom the face in the body belongs
     */
    @PutMapping("/{id}")
    @Requires(Permission.FACE_UPDATE)
    PersonResponseDto assign(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid FaceDto body) {
        return PersonResponseDto.of(faces.assign(caller, body.id(), id));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.FACE_DELETE)
    void delete(Caller caller, @PathVariable UUID id, @RequestBody @Valid AssetFaceDeleteDto body) {
        faces.delete(caller, id, body.force());
    }
}
