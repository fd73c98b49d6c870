package app.keepsake.immich.config;

import app.keepsake.immich.adminconfig.AdminConfigDto;
import app.keepsake.immich.server.ServerFeaturesDto;
import java.util.List;

/** What clients of a user must know: the server's features and figures in another form. */
record UserConfigDto(
        UserConfigFFmpegDto ffmpeg,
        UserConfigImageDto image,
        UserConfigMachineLearningDto machineLearning,
        UserConfigMapDto map,
        UserConfigOAuthDto oauth,
        UserConfigPasswordLoginDto passwordLogin,
        UserConfigReverseGeocodingDto reverseGeocoding,
        UserConfigServerDto server,
        UserConfigThemeDto theme,
        UserConfigTrashDto trash,
        UserConfigUserDto user) {

    record UserConfigFFmpegDto(UserConfigFFmpegRealtimeDto realtime) {}

    record UserConfigFFmpegRealtimeDto(
            boolean enabled, List<Integer> resolutions, List<String> videoCodecs) {}

    record UserConfigImageDto(
            UserConfigGeneratedFullsizeImageDto fullsize,
            UserConfigGeneratedImageDto preview,
            UserConfigGeneratedImageDto thumbnail) {}

    record UserConfigGeneratedFullsizeImageDto(boolean enabled) {}

    /**
     * @param size of the shorter side, in pixels
     */
    record UserConfigGeneratedImageDto(int size) {}

    record UserConfigMachineLearningDto(
            boolean enabled,
            UserConfigClipDto clip,
            UserConfigDuplicateDetectionDto duplicateDetection,
            UserConfigFacialRecognitionDto facialRecognition,
            UserConfigOcrDto ocr) {}

    record UserConfigClipDto(boolean enabled) {}

    record UserConfigDuplicateDetectionDto(boolean enabled) {}

    record UserConfigFacialRecognitionDto(boolean enabled, int minFaces) {}

    record UserConfigOcrDto(boolean enabled) {}

    record UserConfigMapDto(boolean enabled, String lightStyle, String darkStyle) {}

    record UserConfigOAuthDto(boolean enabled, boolean autoLaunch, String buttonText) {}

    record UserConfigPasswordLoginDto(boolean enabled) {}

    record UserConfigReverseGeocodingDto(boolean enabled) {}

    record UserConfigServerDto(
            String externalDomain, String loginPageMessage, boolean publicUsers) {}

    record UserConfigThemeDto(String customCss) {}

    record UserConfigTrashDto(boolean enabled, int days) {}

    /**
     * @param deleteDelay days until a deleted account is gone
     */
    record UserConfigUserDto(int deleteDelay) {}

    static UserConfigDto of(AdminConfigDto config, ServerFeaturesDto features) {
        var image = config.image();
        return new UserConfigDto(
                new UserConfigFFmpegDto(
                        new UserConfigFFmpegRealtimeDto(
                                features.realtimeTranscoding(), List.of(), List.of())),
                new UserConfigImageDto(
                        new UserConfigGeneratedFullsizeImageDto(image.fullsize().enabled()),
                        new UserConfigGeneratedImageDto(image.preview().size()),
                        new UserConfigGeneratedImageDto(image.thumbnail().size())),
                new UserConfigMachineLearningDto(
                        features.smartSearch()
                                || features.facialRecognition()
                                || features.duplicateDetection()
                                || features.ocr(),
                        new UserConfigClipDto(features.smartSearch()),
                        new UserConfigDuplicateDetectionDto(features.duplicateDetection()),
                        new UserConfigFacialRecognitionDto(
                                features.facialRecognition(),
                                config.machineLearning().facialRecognition().minFaces()),
                        new UserConfigOcrDto(features.ocr())),
                new UserConfigMapDto(features.map(), "", ""),
                new UserConfigOAuthDto(
                        features.oauth(), features.oauthAutoLaunch(), config.oauth().buttonText()),
                new UserConfigPasswordLoginDto(features.passwordLogin()),
                new UserConfigReverseGeocodingDto(features.reverseGeocoding()),
                new UserConfigServerDto(
                        config.server().externalDomain(),
                        config.server().loginPageMessage(),
                        config.server().publicUsers()),
                new UserConfigThemeDto(config.theme().customCss()),
                new UserConfigTrashDto(features.trash(), config.trash().days()),
                new UserConfigUserDto(config.user().deleteDelay()));
    }
}
