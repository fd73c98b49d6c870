package app.keepsake.immich.server;

/**
 * @param trashDays days until what is in the trash is gone
 * @param userDeleteDelay days until a deleted account is gone
 * @param mapDarkStyleUrl empty: no client is sent to a stranger's map server
 * @param minFaces photos that a face must be on to become a person
 */
record ServerConfigDto(
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

    /** Immich's defaults. Once there is an account, nothing is left to walk its owner through. */
    static ServerConfigDto of(boolean isInitialized) {
        return new ServerConfigDto(
                "Login with OAuth",
                "",
                30,
                7,
                isInitialized,
                isInitialized,
                "",
                true,
                "",
                "",
                false,
                3);
    }
}
