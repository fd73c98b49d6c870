package app.keepsake.support;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/** All tests call from one address: what one class guessed wrong must not keep the next one out. */
class FreshAttempts implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        SpringExtension.getApplicationContext(context)
                .getBean(JdbcClient.class)
                .sql("delete from login_failure")
                .update();
    }
}
