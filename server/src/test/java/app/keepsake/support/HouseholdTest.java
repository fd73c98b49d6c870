package app.keepsake.support;

import app.keepsake.auth.Caller;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

/** Ana and Bo, whose clients speak to one server. */
@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
public abstract class HouseholdTest {

    @Autowired protected MockMvcTester http;
    @Autowired protected JdbcClient jdbc;
    @Autowired protected Fixtures users;
    @Autowired protected AssetFixtures given;
    protected Wire wire;
    protected Caller ana;
    protected Caller bo;

    @BeforeEach
    void anaAndBo() {
        wire = new Wire(http, users);
        ana = users.user();
        bo = users.user();
    }
}
