package app.keepsake.immich.server;

import app.keepsake.immich.adminconfig.AdminConfigDto;

/** What a client may offer: true only for what works, and is not switched off. */
public record ServerFeaturesDto(
        boolean smartSearch,
        boolean facialRecognition,
        boolean duplicateDetection,
        boolean map,
        boolean reverseGeocoding,
        boolean importFaces,
        boolean sidecar,
        boolean search,
        boolean trash,
        boolean oauth,
        boolean oauthAutoLaunch,
        boolean passwordLogin,
        boolean configFile,
        boolean email,
        boolean ocr,
        boolean realtimeTranscoding) {

    public static ServerFeaturesDto of(AdminConfigDto config, boolean hasWords) {
        var models = config.machineLearning();
        var oauth = config.oauth();
        return new ServerFeaturesDto(
                hasWords && models.enabled() && models.clip().enabled(),
                models.enabled() && models.facialRecognition().enabled(),
                models.enabled()
                        && models.clip().enabled()
                        && models.duplicateDetection().enabled(),
                false,
                config.reverseGeocoding().enabled(),
                config.metadata().faces().isImported(),
                true,
                true,
                config.trash().enabled(),
                oauth.enabled(),
                oauth.enabled() && oauth.autoLaunch(),
                config.passwordLogin().enabled(),
                false,
                false,
                models.enabled() && models.ocr().enabled(),
                false);
    }
}
