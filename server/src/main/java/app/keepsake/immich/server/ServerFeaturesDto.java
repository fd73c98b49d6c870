package app.keepsake.immich.server;

import app.keepsake.oauth.OAuthSettings;

/** What a client may offer: true only for what works. */
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

    static ServerFeaturesDto of(OAuthSettings oauth, boolean takesPasswords) {
        return new ServerFeaturesDto(
                true,
                false,
                false,
                false,
                false,
                false,
                false,
                true,
                true,
                oauth.isEnabled(),
                oauth.isEnabled() && oauth.autoLaunch(),
                takesPasswords,
                false,
                false,
                false,
                false);
    }
}
