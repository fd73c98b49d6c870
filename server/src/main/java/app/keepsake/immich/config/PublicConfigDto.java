package app.keepsake.immich.config;

import app.keepsake.immich.server.ServerConfigDto;
import app.keepsake.immich.server.ServerFeaturesDto;

/** What a login page must know. */
record PublicConfigDto(
        PublicConfigOAuthDto oauth,
        PublicConfigPasswordLoginDto passwordLogin,
        PublicConfigServerDto server,
        PublicConfigThemeDto theme) {

    record PublicConfigOAuthDto(boolean enabled, boolean autoLaunch, String buttonText) {}

    record PublicConfigPasswordLoginDto(boolean enabled) {}

    record PublicConfigServerDto(String loginPageMessage) {}

    record PublicConfigThemeDto(String customCss) {}

    static PublicConfigDto of(ServerFeaturesDto features, ServerConfigDto config) {
        return new PublicConfigDto(
                new PublicConfigOAuthDto(
                        features.oauth(), features.oauthAutoLaunch(), config.oauthButtonText()),
                new PublicConfigPasswordLoginDto(features.passwordLogin()),
                new PublicConfigServerDto(config.loginPageMessage()),
                new PublicConfigThemeDto(""));
    }
}
