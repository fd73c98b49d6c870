package app.keepsake.user;

import app.keepsake.storage.Library;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * What only somebody who can read the server's log knows. Whoever makes the first account from
 * elsewhere than the local network must show it: a new server on the internet would otherwise
 * belong to the first stranger who finds it. It is in the log before the server answers, as who
 * waited for that looks for it there.
 */
@Component
class SetupCode implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SetupCode.class);

    /** No 0/O and 1/I/L to confuse; 16 of these 31 signs are 79 bits. */
    private static final String SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    private final Users users;
    private final Library library;
    private final String code;

    SetupCode(Users users, Library library) {
        this.users = users;
        this.library = library;
        this.code =
                new SecureRandom()
                        .ints(16, 0, SIGNS.length())
                        .mapToObj(sign -> SIGNS.substring(sign, sign + 1))
                        .collect(Collectors.joining());
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 2;
    }

    @Override
    public void start() {
        if (library.isPresent() && !users.isInitialized()) {
            log.info(
                    "There is no account yet. Open the web app to make the first one; from outside"
                            + " the local network it asks for this setup code: {}",
                    code.replaceAll("(.{4})(?!$)", "$1-"));
        }
    }

    @Override
    public void stop() {}

    @Override
    public boolean isRunning() {
        return false;
    }

    boolean matches(@Nullable String shown) {
        if (shown == null) {
            return false;
        }
        var bare = shown.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
        return MessageDigest.isEqual(
                bare.getBytes(StandardCharsets.UTF_8), code.getBytes(StandardCharsets.UTF_8));
    }
}
