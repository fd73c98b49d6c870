package app.keepsake.oauth;

import app.keepsake.problem.Problem;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.Prompt;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.LogoutTokenValidator;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OpenID Connect provider, asked anew for its addresses and keys with every login: logins are
 * rare, and keys change. An answer that does not hold up is {@link Problem.Invalid}, none at all
 * {@link Problem.Unavailable}; the log says more than the caller is told.
 */
class Provider {

    /** Whose sessions end; at least one of the two is there. */
    record LoggedOut(@Nullable String subject, @Nullable String sid) {}

    private static final Logger log = LoggerFactory.getLogger(Provider.class);
    private static final int MAX_BYTES = 1 << 20;

    private final OAuthSettings settings;

    Provider(OAuthSettings settings) {
        this.settings = settings;
    }

    /** Where a browser goes to log in. */
    URI loginPage(URI redirectUri, String state, CodeChallenge challenge) {
        return new AuthenticationRequest.Builder(
                        ResponseType.CODE,
                        Scope.parse(settings.scope()),
                        new ClientID(settings.clientId()),
                        redirectUri)
                .endpointURI(metadata().getAuthorizationEndpointURI())
                .state(new State(state))
                .nonce(nonce(state, challenge))
                .codeChallenge(challenge, CodeChallengeMethod.S256)
                .prompt(prompt())
                .build()
                .toURI();
    }

    private @Nullable Prompt prompt() {
        try {
            return settings.prompt().isEmpty() ? null : Prompt.parse(settings.prompt());
        } catch (ParseException e) {
            throw new IllegalStateException(e); // it was tried before it was set
        }
    }

    /**
     * Derived from what the phone app brings back: it keeps state and verifier between the two
     * calls, and nothing else. So the ID token is of this login and no other.
     */
    private static Nonce nonce(String state, CodeChallenge challenge) {
        try {
            var text = state + " " + challenge.getValue();
            var hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return new Nonce(Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    /** Who has logged in, for a code that counts once. */
    Identity redeem(String code, URI redirectUri, String state, CodeVerifier verifier) {
        var metadata = metadata();
        try {
            var tokens = tokens(metadata, code, redirectUri, verifier);
            var challenge = CodeChallenge.compute(CodeChallengeMethod.S256, verifier);
            var idToken =
                    new IDTokenValidator(
                                    metadata.getIssuer(),
                                    new ClientID(settings.clientId()),
                                    JWSAlgorithm.parse(settings.signingAlgorithm()),
                                    metadata.getJWKSetURI().toURL(),
                                    retriever())
                            .validate(tokens.getOIDCTokens().getIDToken(), nonce(state, challenge));
            requireForUs(idToken);
            var claims = new HashMap<String, Object>(idToken.toJSONObject());
            claims.putAll(userInfo(metadata, idToken, tokens.getOIDCTokens().getAccessToken()));
            return Identity.of(claims, settings);
        } catch (IOException | KeySourceException e) {
            throw away(e);
        } catch (BadJOSEException | JOSEException | ParseException e) {
            throw invalid(e);
        }
    }

    /** That we are among its audience is checked above; but another may have asked for it. */
    private void requireForUs(IDTokenClaimsSet idToken) throws BadJOSEException {
        var party = idToken.getAuthorizedParty();
        if (party != null && !party.getValue().equals(settings.clientId())) {
            throw new BadJOSEException("the ID token was made for " + party);
        }
    }

    private OIDCTokenResponse tokens(
            OIDCProviderMetadata metadata, String code, URI redirectUri, CodeVerifier verifier)
            throws IOException, ParseException {
        var grant = new AuthorizationCodeGrant(new AuthorizationCode(code), redirectUri, verifier);
        var client = new ClientID(settings.clientId());
        var endpoint = metadata.getTokenEndpointURI();
        TokenRequest request;
        if (settings.clientSecret().isEmpty()) {
            request = new TokenRequest(endpoint, client, grant);
        } else {
            var secret = new Secret(settings.clientSecret());
            request =
                    new TokenRequest(
                            endpoint,
                            isSecretPosted(metadata.getTokenEndpointAuthMethods())
                                    ? new ClientSecretPost(client, secret)
                                    : new ClientSecretBasic(client, secret),
                            grant);
        }
        var response = OIDCTokenResponseParser.parse(send(request.toHTTPRequest()));
        if (!response.indicatesSuccess()) {
            var error = response.toErrorResponse().getErrorObject();
            throw new ParseException("the token endpoint says: " + error.toJSONObject());
        }
        return (OIDCTokenResponse) response.toSuccessResponse();
    }

    /**
     * @param methods those that the provider takes; null where it does not say, which is basic
     */
    private boolean isSecretPosted(@Nullable List<ClientAuthenticationMethod> methods) {
        if (methods == null || !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST)) {
            return false;
        }
        return settings.tokenEndpointAuthMethod().equals("client_secret_post")
                || !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
    }

    private Map<String, Object> userInfo(
            OIDCProviderMetadata metadata, IDTokenClaimsSet idToken, AccessToken accessToken)
            throws IOException, ParseException {
        if (metadata.getUserInfoEndpointURI() == null) {
            return Map.of();
        }
        var request = new UserInfoRequest(metadata.getUserInfoEndpointURI(), accessToken);
        var response = UserInfoResponse.parse(send(request.toHTTPRequest()));
        if (!response.indicatesSuccess()) {
            throw new ParseException(
                    "the user info endpoint says: "
                            + response.toErrorResponse().getErrorObject().toJSONObject());
        }
        var info = response.toSuccessResponse().getUserInfo();
        if (info == null) {
            return Map.of(); // as a signed token, which nobody asked for
        }
        if (!info.getSubject().equals(idToken.getSubject())) {
            throw new ParseException("the user info is of another subject than the ID token");
        }
        return info.toJSONObject();
    }

    /** What a logout token, which the provider sends by itself, says. */
    LoggedOut loggedOut(String logoutToken) {
        var metadata = metadata();
        try {
            var claims =
                    new LogoutTokenValidator(
                                    metadata.getIssuer(),
                                    new ClientID(settings.clientId()),
                                    JWSAlgorithm.parse(settings.signingAlgorithm()),
                                    metadata.getJWKSetURI().toURL(),
                                    retriever())
                            .validate(JWTParser.parse(logoutToken));
            return new LoggedOut(
                    claims.getSubject() == null ? null : claims.getSubject().getValue(),
                    claims.getSessionID() == null ? null : claims.getSessionID().getValue());
        } catch (MalformedURLException | KeySourceException e) {
            throw away(e);
        } catch (BadJOSEException | JOSEException | java.text.ParseException e) {
            throw invalid(e);
        }
    }

    /** Where a browser ends its session at the provider, if that can be done. */
    Optional<URI> logoutPage() {
        if (!settings.endSessionEndpoint().isEmpty()) {
            return Optional.of(URI.create(settings.endSessionEndpoint()));
        }
        return Optional.ofNullable(metadata().getEndSessionEndpointURI());
    }

    private OIDCProviderMetadata metadata() {
        try {
            return OIDCProviderMetadata.resolve(
                    new Issuer(settings.issuerUrl()), settings.timeout(), settings.timeout());
        } catch (GeneralException | IOException e) {
            throw away(e);
        }
    }

    private HTTPResponse send(HTTPRequest request) throws IOException {
        request.setConnectTimeout(settings.timeout());
        request.setReadTimeout(settings.timeout());
        request.setFollowRedirects(false);
        return request.send();
    }

    private ResourceRetriever retriever() {
        return new DefaultResourceRetriever(settings.timeout(), settings.timeout(), MAX_BYTES);
    }

    private Problem away(Exception e) {
        log.warn(
                "The OpenID provider {} cannot be asked: is it running, and is"
                        + " oauth.issuerUrl its address? ({})",
                settings.issuerUrl(),
                e.getMessage());
        return new Problem.Unavailable("The login provider is not available, try again later");
    }

    private Problem invalid(Exception e) {
        log.warn(
                "An answer of the OpenID provider {} is refused: {}",
                settings.issuerUrl(),
                e.getMessage());
        return new Problem.Invalid("The login provider did not confirm the login");
    }
}
