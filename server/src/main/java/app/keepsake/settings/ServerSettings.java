package app.keepsake.settings;

import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What administrators have decided about the server as a whole, in {@code system_metadata}. */
@Component
public class ServerSettings {

    private static final String ONBOARDING = "admin-onboarding";
    private static final String LICENSE = "license";

    private final JdbcClient jdbc;
    private final JsonMapper json;

    ServerSettings(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Whether the first administrator has been shown around. */
    public boolean isOnboarded() {
        return find(ONBOARDING).map(value -> value.path("isOnboarded").asBoolean()).orElse(false);
    }

    public void setOnboarded(Caller caller, boolean isOnboarded) {
        put(caller, ONBOARDING, json.createObjectNode().put("isOnboarded", isOnboarded));
    }

    /** A product key for the whole server; {@link License} says what it is worth. */
    public Optional<License> license() {
        return find(LICENSE).map(value -> json.treeToValue(value, License.class));
    }

    public void setLicense(Caller caller, License license) {
        put(caller, LICENSE, json.valueToTree(license));
    }

    public void removeLicense(Caller caller) {
        requireAdmin(caller);
        jdbc.sql("delete from system_metadata where key = ?").param(LICENSE).update();
    }

    private Optional<JsonNode> find(String key) {
        return jdbc.sql("select value::text from system_metadata where key = ?")
                .param(key)
                .query(String.class)
                .optional()
                .map(json::readTree);
    }

    private void put(Caller caller, String key, JsonNode value) {
        requireAdmin(caller);
        jdbc.sql(
                        """
                        insert into system_metadata (key, value) values (:key, :value::jsonb)
                        on conflict (key) do update set value = excluded.value
                        """)
                .param("key", key)
                .param("value", json.writeValueAsString(value))
                .update();
    }

    private static void requireAdmin(Caller caller) {
        if (!caller.isAdmin()) {
            throw new Problem.Forbidden("Forbidden");
        }
    }
}
