package app.keepsake;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ServerTest
class KeepsakeServerTests {

    @Autowired Fixtures given;

    @Test
    void startsOnAnEmptyDatabase() {
        assertThat(given.user().userId()).isNotNull();
    }
}
