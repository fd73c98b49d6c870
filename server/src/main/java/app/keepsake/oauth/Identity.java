package app.keepsake.oauth;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whom the provider says it has logged in.
 *
 * @param subject the provider's name for the account, which never changes
 * @param sid the provider's name for its session, or empty
 * @param email in small letters
 * @param emailVerified whether the provider knows the address to be theirs; null when it does not
 *     say
 * @param quotaSizeInBytes null when the provider does not say
 */
record Identity(
        String subject,
        String sid,
        @Nullable String email,
        @Nullable Boolean emailVerified,
        @Nullable String name,
        @Nullable String storageLabel,
        @Nullable Long quotaSizeInBytes,
        boolean isAdmin) {

    private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);
    private static final BigDecimal MOST_BYTES = BigDecimal.valueOf(Long.MAX_VALUE);

    /** Of the ID token's claims, and those of the user info over them. */
    static Identity of(Map<String, Object> claims, OAuthSettings settings) {
        return new Identity(
                String.valueOf(claims.get("sub")),
                text(claims, "sid") instanceof String sid ? sid : "",
                text(claims, "email") instanceof String email
                        ? email.toLowerCase(Locale.ROOT)
                        : null,
                flag(claims.get("email_verified")),
                name(claims),
                text(claims, settings.storageLabelClaim()),
                bytes(claims.get(settings.storageQuotaClaim())),
                "admin".equals(claims.get(settings.roleClaim())));
    }

    private static @Nullable String name(Map<String, Object> claims) {
        var parts =
                Stream.of("given_name", "family_name")
                        .map(claim -> text(claims, claim))
                        .filter(part -> part != null)
                        .collect(Collectors.joining(" "));
        return Stream.of(text(claims, "name"), parts, text(claims, "preferred_username"))
                .filter(name -> name != null && !name.isBlank())
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String text(Map<String, Object> claims, String claim) {
        return claims.get(claim) instanceof String text && !text.isBlank() ? text : null;
    }

    /** Of so many GiB, which may be a fraction, and which some providers write as a text. */
    private static @Nullable Long bytes(@Nullable Object gib) {
        try {
            var bytes = new BigDecimal(String.valueOf(gib).strip()).multiply(GIB);
            return bytes.signum() >= 0 && bytes.compareTo(MOST_BYTES) <= 0
                    ? bytes.longValue()
                    : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Some providers write it as a text. */
    private static @Nullable Boolean flag(@Nullable Object value) {
        return value == null ? null : "true".equals(String.valueOf(value));
    }
}
