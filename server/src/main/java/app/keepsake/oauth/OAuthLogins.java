package app.keepsake.oauth;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Device;
import app.keepsake.auth.Logins.Login;
import app.keepsake.auth.Sessions;
import app.keepsake.config.SystemConfig;
import app.keepsake.problem.Change;
import app.keepsake.problem.Problem;
import app.keepsake.settings.ConfigProposed;
import app.keepsake.user.UserChanges;
import app.keepsake.user.UserView;
import app.keepsake.user.Users;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Logging in by the OpenID provider: {@link #begin} sends a browser there, and what it comes back
 * with goes to {@link #finish}. State, PKCE verifier and nonce see to it that both are of one
 * device.
 *
 * <p>An account belongs to the provider's account that it was linked to, whatever becomes of
 * either's e-mail address. By the address alone it is linked only while it belongs to none, only if
 * the provider has verified that address, and not if the account's user has chosen it: they may
 * choose any that is free, also that of somebody who is yet to come.
 */
@Component
public class OAuthLogins {

    /**
     * Where to log in, and what to bring back.
     *
     * @param codeVerifier null when the caller has its own
     */
    public record Beginning(URI url, String state, @Nullable String codeVerifier) {}

    /**
     * What a browser came back with.
     *
     * @param url the address to which the provider sent it, with its query
     * @param state as {@link #begin} gave it, or took it
     */
    public record Return(String url, @Nullable String state, @Nullable String codeVerifier) {}

    private static final Logger log = LoggerFactory.getLogger(OAuthLogins.class);
    private static final String APP = "app.immich:///oauth-callback";
    private static final Pattern APP_URI = Pattern.compile("app\\.immich:/+oauth-callback/?");
    private static final Pattern WEB_URI = Pattern.compile("https?://[^/?#][^?#]*");
    private static final Pattern STATE = Pattern.compile("[!-~]{1,500}");
    private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");
    private static final long GIB = 1L << 30;
    private static final Pattern ERROR = Pattern.compile("[A-Za-z_]{1,50}");

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Users users;
    private final Sessions sessions;
    private final SystemConfig config;

    OAuthLogins(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            Users users,
            Sessions sessions,
            SystemConfig config) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.users = users;
        this.sessions = sessions;
        this.config = config;
    }

    /**
     * Begins a login.
     *
     * @param redirectUri where the provider is to send the browser; it knows which it may
     * @param state null to draw one
     * @param codeChallenge by S256, or null to draw a verifier
     */
    public Beginning begin(
            String redirectUri, @Nullable String state, @Nullable String codeChallenge) {
        var settings = requireEnabled();
        if (state != null && !STATE.matcher(state).matches()) {
            throw new Problem.Invalid("state is malformed");
        }
        var verifier = codeChallenge == null ? new CodeVerifier() : null;
        var challenge =
                codeChallenge == null
                        ? CodeChallenge.compute(CodeChallengeMethod.S256, verifier)
                        : parse(codeChallenge);
        var ownState = state == null ? UUID.randomUUID().toString() : state;
        return new Beginning(
                new Provider(settings)
                        .loginPage(redirectUri(settings, redirectUri), ownState, challenge),
                ownState,
                verifier == null ? null : verifier.getValue());
    }

    /**
     * Opens a session for whom the provider has logged in; gives them an account first if they have
     * none and that is wanted.
     *
     * @throws Problem.Invalid when it is not the end of a login that this device began, the
     *     provider does not confirm it, or there is no account that it may open
     */
    public Login finish(Return back, Device device) {
        var settings = requireEnabled();
        var identity = identify(settings, back);
        return transaction.execute(
                _ -> {
                    var userId =
                            find(identity.subject())
                                    .or(() -> linkByAddress(identity))
                                    .orElseGet(() -> register(settings, identity));
                    return new Login(sessions.open(userId, device, identity.sid()), userId);
                });
    }

    /** Lets the caller log in by the provider's account from now on. */
    public UserView link(Caller caller, Return back) {
        var identity = identify(requireEnabled(), back);
        try {
            setOAuthId(caller.userId(), identity.subject());
        } catch (DuplicateKeyException e) {
            throw new Problem.Invalid(
                    "This OAuth account has already been linked to another user.");
        }
        return users.me(caller);
    }

    /** The caller logs in without the provider again. */
    public UserView unlink(Caller caller) {
        requireEnabled();
        setOAuthId(caller.userId(), "");
        return users.me(caller);
    }

    /** Ends the sessions that a logout token of the provider names. */
    public void logout(String logoutToken) {
        var loggedOut = new Provider(requireEnabled()).loggedOut(logoutToken);
        sessions.closeOpenedBy(loggedOut.subject(), loggedOut.sid());
    }

    /** Where a browser logs out of the provider too; empty when it cannot, or not now. */
    public Optional<URI> logoutPage() {
        var settings = settings();
        if (!settings.enabled()) {
            return Optional.empty();
        }
        try {
            return new Provider(settings).logoutPage();
        } catch (Problem.Unavailable e) {
            return Optional.empty(); // said in the log; the session here has ended all the same
        }
    }

    /** The app's own address, with the query that the provider added to another. */
    public static String toApp(@Nullable String query) {
        return query == null ? APP : APP + "?" + query;
    }

    private static Identity identify(OAuthSettings settings, Return back) {
        var query = query(back.url());
        if (back.state() == null) {
            throw new Problem.Invalid("OAuth state is missing");
        }
        if (back.codeVerifier() == null) {
            throw new Problem.Invalid("OAuth code verifier is missing");
        }
        if (!isSame(back.state(), query.get("state"))) {
            throw new Problem.Invalid("OAuth state does not match");
        }
        if (!VERIFIER.matcher(back.codeVerifier()).matches()) {
            throw new Problem.Invalid("OAuth code verifier is malformed");
        }
        // RFC 9207: the answer of another provider is not to be taken to this one.
        if (query.containsKey("iss") && !settings.issuerUrl().equals(query.get("iss"))) {
            throw new Problem.Invalid("The answer is another provider's");
        }
        var code = query.get("code");
        if (code == null || code.isEmpty()) {
            // Anybody may send this, so only what OAuth's own names look like goes into the log.
            var error = query.getOrDefault("error", "");
            log.info(
                    "A login by OAuth was refused by the provider: {}",
                    ERROR.matcher(error).matches() ? error : "it does not say why");
            throw new Problem.Invalid("The login provider did not confirm the login");
        }
        return new Provider(settings)
                .redeem(
                        code,
                        redirectUri(settings, back.url().replaceFirst("[?#].*", "")),
                        back.state(),
                        new CodeVerifier(back.codeVerifier()));
    }

    private static boolean isSame(String expected, @Nullable String sent) {
        return sent != null
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8),
                        sent.getBytes(StandardCharsets.UTF_8));
    }

    private static CodeChallenge parse(String challenge) {
        try {
            if (CHALLENGE.matcher(challenge).matches()) {
                return CodeChallenge.parse(challenge);
            }
        } catch (ParseException e) {
            log.debug("A code challenge is refused", e);
        }
        throw new Problem.Invalid("codeChallenge is malformed");
    }

    private static Map<String, String> query(String url) {
        var values = new HashMap<String, String>();
        var start = url.indexOf('?');
        if (start >= 0) {
            for (var pair : url.substring(start + 1).replaceFirst("#.*", "").split("&")) {
                var equals = pair.indexOf('=');
                if (equals > 0) {
                    values.putIfAbsent(
                            pair.substring(0, equals), decode(pair.substring(equals + 1)));
                }
            }
        }
        return values;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Problem.Invalid("url is malformed");
        }
    }

    /** As the provider knows it: not all of them take the app's own scheme. */
    private static URI redirectUri(OAuthSettings settings, String sent) {
        var isApp = APP_URI.matcher(sent).matches();
        if (isApp && settings.mobileOverrideEnabled()) {
            return URI.create(settings.mobileRedirectUri());
        }
        if (!isApp && !WEB_URI.matcher(sent).matches()) {
            throw new Problem.Invalid("redirectUri is malformed");
        }
        try {
            return new URI(sent);
        } catch (java.net.URISyntaxException e) {
            throw new Problem.Invalid("redirectUri is malformed");
        }
    }

    /** The account stays linked, and is not deleted, until the transaction ends. */
    private Optional<UUID> find(String subject) {
        return jdbc.sql(
                        """
                        select id, deleted_at is null as is_active from "user" where oauth_id = ?
                        for share
                        """)
                .param(subject)
                .query(Linked.class)
                .optional()
                .map(
                        linked -> {
                            if (!linked.isActive()) {
                                throw new Problem.Invalid("The account was deleted");
                            }
                            return linked.id();
                        });
    }

    private record Linked(UUID id, boolean isActive) {}

    private record Addressed(
            UUID id, boolean isActive, boolean isLinked, boolean isEmailOwnChoice) {}

    private Optional<UUID> linkByAddress(Identity identity) {
        var found =
                jdbc.sql(
                                """
                                select id, deleted_at is null as is_active,
                                    oauth_id <> '' as is_linked, is_email_own_choice
                                from "user" where email = ? for no key update
                                """)
                        .param(identity.email())
                        .query(Addressed.class)
                        .optional();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        requireVerified(identity);
        if (found.get().isLinked()) {
            throw new Problem.Invalid("User already exists, but is linked to another account.");
        }
        if (!found.get().isActive()) {
            throw new Problem.Invalid("The account was deleted");
        }
        if (found.get().isEmailOwnChoice()) {
            throw new Problem.Invalid(
                    "User already exists, and must link the account after logging in by password");
        }
        setOAuthId(found.get().id(), identity.subject());
        log.info("User {} is linked to an account of the OpenID provider", found.get().id());
        return Optional.of(found.get().id());
    }

    private UUID register(OAuthSettings settings, Identity identity) {
        if (!settings.autoRegister()) {
            // As for one that there is: an address says nothing to who does not own it.
            requireVerified(identity);
            throw new Problem.Invalid("There is no account for this login");
        }
        if (identity.email() == null) {
            throw new Problem.Invalid("The login provider does not tell an e-mail address");
        }
        if (identity.emailVerified() != null) {
            requireVerified(identity);
        }
        if (!users.isInitialized()) {
            throw new Problem.Invalid("The first registered account must be the administrator.");
        }
        var userId =
                users.register(
                        new UserChanges(
                                identity.name() == null ? identity.email() : identity.name(),
                                identity.email(),
                                null,
                                null,
                                false,
                                identity.isAdmin(),
                                new Change<>(freeLabel(identity.storageLabel())),
                                new Change<>(quotaOf(settings, identity)),
                                null),
                        identity.subject());
        log.info("User {} was registered by the OpenID provider", userId);
        return userId;
    }

    private static void requireVerified(Identity identity) {
        if (!Boolean.TRUE.equals(identity.emailVerified())) {
            throw new Problem.Invalid("The login provider has not verified the e-mail address");
        }
    }

    private static @Nullable Long quotaOf(OAuthSettings settings, Identity identity) {
        var usual = settings.defaultStorageQuota();
        return identity.quotaSizeInBytes() != null || usual == null
                ? identity.quotaSizeInBytes()
                : Long.valueOf(Math.multiplyExact(usual, GIB));
    }

    /** Somebody else may have the label; that is no reason to keep anyone out. */
    private @Nullable String freeLabel(@Nullable String wanted) {
        var label = UserChanges.folderName(wanted);
        var isTaken =
                jdbc.sql("select exists (select from \"user\" where storage_label = ?)")
                        .param(label)
                        .query(Boolean.class)
                        .single();
        return isTaken ? null : label;
    }

    private void setOAuthId(UUID userId, String subject) {
        jdbc.sql("update \"user\" set oauth_id = :subject, updated_at = now() where id = :id")
                .param("subject", subject)
                .param("id", userId)
                .update();
    }

    private OAuthSettings requireEnabled() {
        var settings = settings();
        if (!settings.enabled()) {
            throw new Problem.Invalid("OAuth is not enabled");
        }
        return settings;
    }

    private OAuthSettings settings() {
        return config.section("oauth", OAuthSettings.class);
    }

    @EventListener
    void check(ConfigProposed proposed) {
        proposed.config().section("oauth", OAuthSettings.class).requireUsable();
    }
}
