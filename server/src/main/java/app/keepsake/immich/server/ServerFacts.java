package app.keepsake.immich.server;

import app.keepsake.auth.Logins;
import app.keepsake.oauth.OAuthSettings;
import app.keepsake.settings.ServerSettings;
import app.keepsake.user.Users;
import org.springframework.stereotype.Component;

/** What clients ask a server first: what it can do, and how it is set up. */
@Component
public class ServerFacts {

    private final Users users;
    private final Logins logins;
    private final ServerSettings settings;
    private final OAuthSettings oauth;

    ServerFacts(Users users, Logins logins, ServerSettings settings, OAuthSettings oauth) {
        this.users = users;
        this.logins = logins;
        this.settings = settings;
        this.oauth = oauth;
    }

    public ServerFeaturesDto features() {
        return ServerFeaturesDto.of(oauth, logins.takesPasswords());
    }

    public ServerConfigDto config() {
        return ServerConfigDto.of(oauth, users.isInitialized(), settings.isOnboarded());
    }

    /** As {@link #features} of a server on which nothing was set. */
    public static ServerFeaturesDto defaultFeatures() {
        return ServerFeaturesDto.of(OAuthSettings.NONE, true);
    }

    /** As {@link #config} of a server on which nothing was set. */
    public static ServerConfigDto defaultConfig() {
        return ServerConfigDto.of(OAuthSettings.NONE, false, false);
    }
}
