package app.keepsake.immich.face;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.person.Faces;
import java.util.List;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/faces")
class FaceController {

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
}
