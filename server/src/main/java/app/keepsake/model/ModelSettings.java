package app.keepsake.model;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the machine's operator says of models.
 *
 * @param clipModel what is used while the model that administrators have chosen is not there; empty
 *     is none
 * @param faceModel the same for faces
 * @param modelMirror where models are downloaded from
 * @param modelFolder a folder that models are taken from in place of any network
 */
@ConfigurationProperties("keepsake")
record ModelSettings(
        @DefaultValue("") String clipModel,
        @DefaultValue("") String faceModel,
        @DefaultValue(HUB) URI modelMirror,
        @Nullable Path modelFolder) {

    static final String HUB = "https://huggingface.co";

    ModelSettings {
        if (faceModel.isEmpty()) {
            faceModel = "face-api"; // real networks, and free: faces are found out of the box
        }
        if (modelMirror.toString().isEmpty()) {
            modelMirror = URI.create(HUB);
        }
        var scheme = modelMirror.getScheme();
        if (modelMirror.getHost() == null || !("https".equals(scheme) || "http".equals(scheme))) {
            throw new IllegalArgumentException(
                    "KEEPSAKE_MODEL_MIRROR must be an address as %s, and is %s"
                            .formatted(HUB, modelMirror));
        }
    }
}
