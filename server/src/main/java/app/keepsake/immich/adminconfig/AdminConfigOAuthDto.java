package app.keepsake.immich.adminconfig;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The OpenID Connect provider. Its secret is for administrators alone.
 *
 * @param defaultStorageQuota in GiB; null is no limit
 * @param timeout in milliseconds
 */
public record AdminConfigOAuthDto(
        @Pattern(regexp = "(https?://\\S+)?") @Nullable String accountManagementUrl,
        @NotNull Boolean allowInsecureRequests,
        @NotNull Boolean autoLaunch,
        @NotNull Boolean autoRegister,
        @NotNull String buttonText,
        @NotNull String clientId,
        @NotNull String clientSecret,
        @Whole @Min(0) @Nullable Integer defaultStorageQuota,
        @NotNull Boolean enabled,
        @NotNull String endSessionEndpoint,
        @NotNull String issuerUrl,
        @NotNull Boolean mobileOverrideEnabled,
        @NotNull String mobileRedirectUri,
        @NotNull String profileSigningAlgorithm,
        @NotNull String prompt,
        @NotNull String roleClaim,
        @NotNull String scope,
        @NotNull String signingAlgorithm,
        @NotNull String storageLabelClaim,
        @NotNull String storageQuotaClaim,
        @NotNull @Whole @Min(1) Integer timeout,
        @NotNull OAuthTokenEndpointAuthMethod tokenEndpointAuthMethod) {

    enum OAuthTokenEndpointAuthMethod {
        client_secret_post,
        client_secret_basic
    }
}
