package app.keepsake.user;

import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The table of that name: JSON values of a user, which phones are told of by sync. */
@Repository
class UserMetadata {

    /** The keys that phones know. */
    enum Key {
        PREFERENCES("preferences"),
        ONBOARDING("onboarding"),
        LICENSE("license");

        private final String stored;

        Key(String stored) {
            this.stored = stored;
        }
    }

    private final JdbcClient jdbc;
    private final JsonMapper json;

    UserMetadata(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    Optional<JsonNode> find(UUID userId, Key key) {
        return jdbc.sql("select value::text from user_metadata where user_id = ? and key = ?")
                .params(userId, key.stored)
                .query(String.class)
                .optional()
                .map(json::readTree);
    }

    void put(UUID userId, Key key, JsonNode value) {
        jdbc.sql(
                        """
                        insert into user_metadata (user_id, key, value)
                        values (:userId, :key, :value::jsonb)
                        on conflict (user_id, key) do update set value = excluded.value
                        """)
                .param("userId", userId)
                .param("key", key.stored)
                .param("value", json.writeValueAsString(value))
                .update();
    }

    void remove(UUID userId, Key key) {
        jdbc.sql("delete from user_metadata where user_id = ? and key = ?")
                .params(userId, key.stored)
                .update();
    }

    /** Until the end of the transaction nobody else changes this user's values. */
    void lock(UUID userId) {
        jdbc.sql("select id from \"user\" where id = ? for no key update")
                .param(userId)
                .query(UUID.class)
                .optional();
    }
}
