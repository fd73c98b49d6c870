package app.keepsake.user;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Locale;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;

/** An account, as far as this feature writes it. The e-mail address is kept in small letters. */
@Entity
@DynamicUpdate
@Table(name = "\"user\"")
class User {

    @Id @GeneratedValue private UUID id;
    private String name;
    private String email;
    private String password;
    private boolean isAdmin;
    private String avatarColor;

    @SuppressWarnings("NullAway.Init") // for Hibernate
    protected User() {}

    @SuppressWarnings("NullAway.Init") // the id comes with saving
    private User(String name, String email, String password, boolean isAdmin) {
        this.name = name;
        this.email = email.toLowerCase(Locale.ROOT);
        this.password = password;
        this.isAdmin = isAdmin;
        this.avatarColor = "primary";
    }

    /**
     * @param password hashed
     */
    static User admin(String name, String email, String password) {
        return new User(name, email, password, true);
    }

    UUID id() {
        return id;
    }
}
