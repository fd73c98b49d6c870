package app.keepsake.oauth;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which OpenID Connect provider may log users in; see docs/operations.md.
 *
 * @param issuer the provider's address, or empty: then nobody logs in so
 * @param clientSecret empty for a client that has none
 * @param scope what is asked for, separated by spaces
 * @param autoLaunch whether web clients go to the provider without being asked to
 * @param autoRegister whether those who have no account get one
 * @param mobileRedirectUri stands for the app's own scheme at providers that take only https: it
 *     leads to {@code /api/oauth/mobile-redirect}. Empty = the app's own
 * @param defaultStorageQuota of new accounts without a claim, in GiB; null = no limit
 * @param signingAlgorithm of ID tokens; one that the client's secret signs with is refused
 */
@ConfigurationProperties("keepsake.oauth")
public record OAuthSettings(
        @DefaultValue("") String issuer,
        @DefaultValue("") String clientId,
        @DefaultValue("") String clientSecret,
        @DefaultValue("openid email profile") String scope,
        @DefaultValue("Login with OAuth") String buttonText,
        @DefaultValue("false") boolean autoLaunch,
        @DefaultValue("true") boolean autoRegister,
        @DefaultValue("") String mobileRedirectUri,
        @DefaultValue("preferred_username") String storageLabelClaim,
        @DefaultValue("immich_quota") String quotaClaim,
        @DefaultValue("immich_role") String roleClaim,
        @Nullable Long defaultStorageQuota,
        @DefaultValue("RS256") String signingAlgorithm) {

    /** No provider. */
    public static final OAuthSettings NONE =
            new OAuthSettings(
                    "",
                    "",
                    "",
                    "openid email profile",
                    "Login with OAuth",
                    false,
                    true,
                    "",
                    "preferred_username",
                    "immich_quota",
                    "immich_role",
                    null,
                    "RS256");

    public OAuthSettings {
        if (!issuer.isEmpty() && clientId.isEmpty()) {
            throw new IllegalArgumentException(
                    "KEEPSAKE_OAUTH_ISSUER is set, but KEEPSAKE_OAUTH_CLIENT_ID is not");
        }
        if (!signingAlgorithm.matches("(RS|PS|ES)(256|384|512)|EdDSA|Ed25519")) {
            throw new IllegalArgumentException(
                    "KEEPSAKE_OAUTH_SIGNING_ALGORITHM is none with a public key: "
                            + signingAlgorithm);
        }
        if (defaultStorageQuota != null && defaultStorageQuota < 0) {
            throw new IllegalArgumentException("KEEPSAKE_OAUTH_DEFAULT_QUOTA_GIB is below zero");
        }
    }

    public boolean isEnabled() {
        return !issuer.isEmpty();
    }
}
