package app.keepsake.support;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The system config, as an administrator sets it: {@code config.set("/trash/days", "14")}. */
public class ConfigFixtures {

    public static final String PATH = "/api/system-config";

    private final JdbcClient jdbc;
    private final Fixtures users;
    private final Wire wire;

    ConfigFixtures(JdbcClient jdbc, MockMvcTester http, Fixtures users) {
        this.jdbc = jdbc;
        this.users = users;
        this.wire = new Wire(http, users);
    }

    /** Changes one value, and leaves all others as they are. */
    public void set(String pointer, String json) {
        var admin = users.admin();
        wire.put(admin, PATH, with(wire.get(admin, PATH), pointer, json), 200);
    }

    /** The document with another value. */
    public static String with(JsonNode document, String pointer, String json) {
        var place = JsonPointer.compile(pointer);
        var changed = (ObjectNode) document.deepCopy();
        ((ObjectNode) changed.at(place.head()))
                .set(place.last().getMatchingProperty(), JsonMapper.shared().readTree(json));
        return changed.toString();
    }

    /** As {@link #set} leaves nothing to the next test. */
    public void reset() {
        jdbc.sql("delete from system_metadata where key = 'system-config'").update();
        var admin = users.admin();
        wire.put(admin, PATH, wire.get(admin, PATH + "/defaults").toString(), 200);
    }
}
