package app.keepsake.immich.server;

import app.keepsake.oauth.OAuthSettings;
import app.keepsake.trash.Trash;
import app.keepsake.user.ManagedUsers;

/**
 * @param trashDays days until what is in the trash is gone
 * @param userDeleteDelay days until a deleted account is gone
 * @param isOnboarded whether the first administrator was shown around
 * @param mapDarkStyleUrl empty: no client is sent to a stranger's map server
 * @param minFaces photos that a face must be on to become a person
 */
public record ServerConfigDto(
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

    static ServerConfigDto of(OAuthSettings oauth, boolean isInitialized, boolean isOnboarded) {
        return new ServerConfigDto(
                oauth.buttonText(),
                "",
                Trash.DAYS,
                (int) ManagedUsers.DELETE_DELAY.toDays(),
                isInitialized,
                isOnboarded,
                "",
                true,
                "",
                "",
                false,
                3);
    }
}
