package phone;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** Users to log in as, put into the server's database as an administrator's form would. */
final class Accounts {

    static final String PASSWORD = "correct horse";

    private static final String HASH = BCrypt.hashpw(PASSWORD, BCrypt.gensalt("$2b", 4));

    private Accounts() {}

    /** A new user's e-mail; the password is {@link #PASSWORD}. */
    static String create(JdbcClient jdbc, String name) {
        var email = name + "-" + UUID.randomUUID() + "@example.org";
        jdbc.sql(
                        """
                        insert into "user" (email, name, avatar_color, password)
                        values (?, ?, 'primary', ?)
                        """)
                .params(email, name, HASH)
                .update();
        return email;
    }
}
