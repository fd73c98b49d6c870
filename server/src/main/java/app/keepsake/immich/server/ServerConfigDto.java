package app.keepsake.immich.server;

import app.keepsake.immich.adminconfig.AdminConfigDto;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * @param trashDays days until what is in the trash is gone
 * @param userDeleteDelay days until a deleted account is gone
 * @param isOnboarded whether the first administrator was shown around
 * @param mapDarkStyleUrl empty as long as there is no map: no client is sent to a stranger's server
 * @param minFaces photos that a face must be on to become a person
 */
public record ServerConfigDto(
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String oauthAccountManagementUrl,
        String oauthButtonText,
        String loginPageMessage,
        int trashDays,
        int userDeleteDelay,
        boolean isInitialized,
        boolean isOnboarded,
        String externalDomain,
        boolean publicUsers,
        String mapDarkStyleUrl,
        String mapLightStyleUrl,
        boolean maintenanceMode,
        int minFaces) {

    static ServerConfigDto of(AdminConfigDto config, boolean isInitialized, boolean isOnboarded) {
        var account = config.oauth().accountManagementUrl();
        return new ServerConfigDto(
                account == null || account.isEmpty() ? null : account,
                config.oauth().buttonText(),
                config.server().loginPageMessage(),
                config.trash().days(),
                config.user().deleteDelay(),
                isInitialized,
                isOnboarded,
                config.server().externalDomain(),
                config.server().publicUsers(),
                "",
                "",
                false,
                config.machineLearning().facialRecognition().minFaces());
    }
}
