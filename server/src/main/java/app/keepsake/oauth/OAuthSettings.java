package app.keepsake.oauth;

import app.keepsake.problem.Problem;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.openid.connect.sdk.Prompt;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Which OpenID Connect provider may log users in: of the system config, or of the environment; see
 * docs/operations.md.
 *
 * @param enabled whether anybody logs in so
 * @param issuerUrl the provider's address
 * @param clientSecret empty for a client that has none
 * @param tokenEndpointAuthMethod how the secret is sent, unless the provider takes only another way
 * @param scope what is asked for, separated by spaces
 * @param prompt what the provider is to ask for again, or empty
 * @param timeout of each call of the provider, in milliseconds
 * @param autoRegister whether those who have no account get one
 * @param mobileOverrideEnabled whether {@code mobileRedirectUri} stands for the app's own scheme,
 *     at providers that take only https: it leads to {@code /api/oauth/mobile-redirect}
 * @param endSessionEndpoint where a browser logs out of the provider, or empty: it says itself
 * @param defaultStorageQuota of new accounts without a claim, in GiB; null = no limit
 * @param signingAlgorithm of ID tokens; one that the client's secret signs with is refused
 */
record OAuthSettings(
        boolean enabled,
        String issuerUrl,
        String clientId,
        String clientSecret,
        String tokenEndpointAuthMethod,
        String scope,
        String prompt,
        int timeout,
        boolean autoRegister,
        boolean mobileOverrideEnabled,
        String mobileRedirectUri,
        String endSessionEndpoint,
        String storageLabelClaim,
        String storageQuotaClaim,
        String roleClaim,
        @Nullable Long defaultStorageQuota,
        String signingAlgorithm) {

    /**
     * @throws Problem.Invalid when nobody could log in so
     */
    void requireUsable() {
        if (!signingAlgorithm.matches("(RS|PS|ES)(256|384|512)|EdDSA|Ed25519")) {
            throw new Problem.Invalid(
                    "oauth.signingAlgorithm is none with a public key: " + signingAlgorithm);
        }
        if (defaultStorageQuota != null && defaultStorageQuota < 0) {
            throw new Problem.Invalid("oauth.defaultStorageQuota is below zero");
        }
        requireAddress("mobileRedirectUri", mobileRedirectUri, mobileOverrideEnabled);
        requireAddress("endSessionEndpoint", endSessionEndpoint, false);
        requireAddress("issuerUrl", issuerUrl, enabled);
        if (enabled && clientId.isEmpty()) {
            throw new Problem.Invalid("oauth.clientId is missing");
        }
        if (!prompt.isEmpty() && !isPrompt(prompt)) {
            throw new Problem.Invalid("oauth.prompt is unknown: " + prompt);
        }
    }

    private static boolean isPrompt(String prompt) {
        try {
            return !Prompt.parse(prompt).isEmpty();
        } catch (ParseException e) {
            return false;
        }
    }

    private static void requireAddress(String name, String address, boolean isNeeded) {
        if (address.isEmpty() && !isNeeded) {
            return;
        }
        if (!address.matches("https?://.+") || !isUri(address)) {
            throw new Problem.Invalid("oauth.%s is not an address: %s".formatted(name, address));
        }
    }

    private static boolean isUri(String address) {
        try {
            return URI.create(address).getHost() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
