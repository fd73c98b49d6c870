package app.keepsake.immich.user;

import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Between the wire's form of preferences and the tree that is stored. */
@Component
public class PreferencesJson {

    private final JsonMapper json;

    PreferencesJson(JsonMapper json) {
        this.json = json;
    }

    public UserPreferencesResponseDto read(JsonNode preferences) {
        return json.treeToValue(preferences, UserPreferencesResponseDto.class);
    }

    public ObjectNode write(UserPreferencesUpdateDto changes) {
        ObjectNode tree = json.valueToTree(changes);
        tree.remove("avatar");
        return tree;
    }
}
