package app.keepsake.immich.face;

import app.keepsake.immich.person.PersonResponseDto;
import app.keepsake.person.Face;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

record AssetFaceResponseDto(
        UUID id,
        int imageWidth,
        int imageHeight,
        int boundingBoxX1,
        int boundingBoxY1,
        int boundingBoxX2,
        int boundingBoxY2,
        String sourceType,
        @Nullable PersonResponseDto person) {

    static AssetFaceResponseDto of(Face face) {
        var person = face.person();
        return new AssetFaceResponseDto(
                face.id(),
                face.imageWidth(),
                face.imageHeight(),
                face.x1(),
                face.y1(),
                face.x2(),
                face.y2(),
                face.source(),
                person == null ? null : PersonResponseDto.of(person));
    }
}
