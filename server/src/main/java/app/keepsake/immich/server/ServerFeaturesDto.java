package app.keepsake.immich.server;

/** What a client may offer: true only for what works. */
record ServerFeaturesDto(
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

    static final ServerFeaturesDto BUILT =
            new ServerFeaturesDto(
                    true, false, false, false, false, false, false, true, false, false, false, true,
                    false, false, false, false);
}
