package app.keepsake.support;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import jakarta.servlet.http.Cookie;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** Words to set a scene: {@code given.user()}. */
public class Fixtures {

    private final JdbcClient jdbc;

    Fixtures(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A new user, as a session of theirs would call. */
    public Caller user() {
        return user(false);
    }

    /** A new administrator. */
    public Caller admin() {
        return user(true);
    }

    private Caller user(boolean isAdmin) {
        var id = UUID.randomUUID();
        jdbc.sql(
                        """
                        insert into "user" (id, email, name, avatar_color, is_admin)
                        values (?, ?, 'Ana', 'primary', ?)
                        """)
                .params(id, id + "@example.org", isAdmin)
                .update();
        return new Caller(id, isAdmin, null, null, false, Set.of(Permission.ALL));
    }

    /** A new user whose password is "correct horse", hashed as Immich does. */
    public Caller userWithPassword() {
        var user = user();
        setPassword(user, BCrypt.hashpw("correct horse", BCrypt.gensalt("$2b", 10)));
        return user;
    }

    public void setPassword(Caller user, String hash) {
        jdbc.sql("update \"user\" set password = ? where id = ?")
                .params(hash, user.userId())
                .update();
    }

    /** With which this user logs in. */
    public static String email(Caller user) {
        return user.userId() + "@example.org";
    }

    /** {@code with} sees what {@code by} has. */
    public void partner(Caller by, Caller with) {
        partner(by, with, false);
    }

    public void partner(Caller by, Caller with, boolean inTimeline) {
        jdbc.sql(
                        """
                        insert into partner (shared_by_id, shared_with_id, in_timeline)
                        values (?, ?, ?)
                        """)
                .params(by.userId(), with.userId(), inTimeline)
                .update();
    }

    /** A new album with these assets. */
    public UUID album(Caller owner, Caller viewer, UUID... assets) {
        var album = UUID.randomUUID();
        jdbc.sql("insert into album (id) values (?)").param(album).update();
        jdbc.sql(
                        """
                        insert into album_user (album_id, user_id, role)
                        values (:album, :owner, 'owner'), (:album, :viewer, 'viewer')
                        """)
                .param("album", album)
                .param("owner", owner.userId())
                .param("viewer", viewer.userId())
                .update();
        jdbc.sql("insert into album_asset (album_id, asset_id) select ?, unnest(?)")
                .params(album, assets)
                .update();
        return album;
    }

    /** The token of a new session of this user, as login would give it. */
    public String token(Caller caller) {
        var token = UUID.randomUUID().toString();
        jdbc.sql("insert into session (user_id, token) values (?, ?)")
                .params(caller.userId(), sha256(token))
                .update();
        return token;
    }

    /** The token of a new session that ends with the one of {@code parent}. */
    public String childToken(String parent) {
        var token = UUID.randomUUID().toString();
        jdbc.sql(
                        """
                        insert into session (user_id, parent_id, token)
                        select user_id, id, ? from session where token = ?
                        """)
                .params(sha256(token), sha256(parent))
                .update();
        return token;
    }

    /** The id of the session with this token. */
    public UUID sessionId(String token) {
        return jdbc.sql("select id from session where token = ?")
                .param(sha256(token))
                .query(UUID.class)
                .single();
    }

    /** How many sessions this user has. */
    public int sessionsOf(Caller caller) {
        return jdbc.sql("select count(*) from session where user_id = ?")
                .param(caller.userId())
                .query(Integer.class)
                .single();
    }

    /** For the {@code Authorization} header: a new session of this user. */
    public String bearer(Caller caller) {
        return "Bearer " + token(caller);
    }

    /** A new session of this user, as a browser or the phone app holds it. */
    public Cookie cookie(Caller caller) {
        return new Cookie("immich_access_token", token(caller));
    }

    /** The secret of a new API key of this user, for the header {@code x-api-key}. */
    public String apiKey(Caller caller, Permission... permissions) {
        var secret = UUID.randomUUID().toString();
        jdbc.sql("insert into api_key (user_id, name, key, permissions) values (?, 'Key', ?, ?)")
                .params(
                        caller.userId(),
                        sha256(secret),
                        Arrays.stream(permissions).map(Permission::wireName).toArray(String[]::new))
                .update();
        return secret;
    }

    /** What the database has of this user. */
    public List<UUID> assetsOf(Caller caller) {
        return jdbc.sql("select id from asset where owner_id = ?")
                .param(caller.userId())
                .query(UUID.class)
                .list();
    }

    public static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
