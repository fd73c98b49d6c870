package app.keepsake.immich.config;

import app.keepsake.immich.adminconfig.AdminConfigDto;
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

    static PublicConfigDto of(AdminConfigDto config) {
        var features = ServerFeaturesDto.of(config, true);
        return new PublicConfigDto(
                new PublicConfigOAuthDto(
                        features.oauth(), features.oauthAutoLaunch(), config.oauth().buttonText()),
                new PublicConfigPasswordLoginDto(features.passwordLogin()),
                new PublicConfigServerDto(config.server().loginPageMessage()),
                new PublicConfigThemeDto(config.theme().customCss()));
    }
}
