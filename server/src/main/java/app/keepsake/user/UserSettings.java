package app.keepsake.user;

import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import app.keepsake.settings.License;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a user has chosen: preferences, whether they were shown around, and a product key. Each
 * method is for the user, and for administrators.
 */
@Component
public class UserSettings {

    /** Immich's, in the form of its {@code UserPreferences}. */
    private static final ObjectNode DEFAULTS =
            (ObjectNode)
                    JsonMapper.shared()
                            .readTree(
                                    """
                                    {
                                      "albums": {"defaultAssetOrder": "desc"},
                                      "folders": {"enabled": false, "sidebarWeb": false},
                                      "memories":
                                        {"enabled": true, "duration": 5, "sidebarWeb": false},
                                      "people": {"enabled": true, "sidebarWeb": false},
                                      "ratings": {"enabled": false},
                                      "sharedLinks": {"enabled": true, "sidebarWeb": false},
                                      "tags": {"enabled": false, "sidebarWeb": false},
                                      "emailNotifications": {"enabled": true, "albumInvite": true,
                                        "albumUpdate": true},
                                      "download": {"archiveSize": 4294967296,
                                        "includeEmbeddedVideos": false},
                                      "purchase": {"showSupportBadge": true,
                                        "hideBuyButtonUntil": "2022-02-12T00:00:00.000Z"},
                                      "cast": {"gCastEnabled": false},
                                      "recentlyAdded": {"sidebarWeb": false}
                                    }
                                    """);

    private final UserMetadata metadata;
    private final Users users;
    private final TransactionTemplate transaction;
    private final JsonMapper json;

    UserSettings(
            UserMetadata metadata, Users users, TransactionTemplate transaction, JsonMapper json) {
        this.metadata = metadata;
        this.users = users;
        this.transaction = transaction;
        this.json = json;
    }

    /** All preferences: the user's own over Immich's defaults. */
    public ObjectNode preferences(Caller caller, UUID userId) {
        requireSelfOrAdmin(caller, userId);
        return merge(DEFAULTS.deepCopy(), stored(userId));
    }

    /**
     * Changes some preferences and returns all. Only what differs from the defaults is kept, as
     * phones are told it.
     *
     * @param changes valid preferences, as many as are to change
     */
    public ObjectNode setPreferences(Caller caller, UUID userId, ObjectNode changes) {
        requireSelfOrAdmin(caller, userId);
        transaction.executeWithoutResult(
                _ -> {
                    metadata.lock(userId); // two changes at once are both kept
                    var all = merge(merge(DEFAULTS.deepCopy(), stored(userId)), changes);
                    metadata.put(userId, UserMetadata.Key.PREFERENCES, difference(all, DEFAULTS));
                });
        return preferences(caller, userId);
    }

    private ObjectNode stored(UUID userId) {
        return (ObjectNode)
                metadata.find(userId, UserMetadata.Key.PREFERENCES)
                        .orElseGet(json::createObjectNode);
    }

    private static ObjectNode merge(ObjectNode into, ObjectNode from) {
        for (var field : from.properties()) {
            if (field.getValue() instanceof ObjectNode inner
                    && into.get(field.getKey()) instanceof ObjectNode target) {
                merge(target, inner);
            } else {
                into.set(field.getKey(), field.getValue());
            }
        }
        return into;
    }

    /** What of {@code all} is not the same in {@code base}. */
    private ObjectNode difference(ObjectNode all, ObjectNode base) {
        var difference = json.createObjectNode();
        for (var field : all.properties()) {
            JsonNode common = base.get(field.getKey());
            if (field.getValue() instanceof ObjectNode inner && common instanceof ObjectNode same) {
                var rest = difference(inner, same);
                if (!rest.isEmpty()) {
                    difference.set(field.getKey(), rest);
                }
            } else if (common == null || !isEqual(field.getValue(), common)) {
                difference.set(field.getKey(), field.getValue());
            }
        }
        return difference;
    }

    /** A number is the same whether it was read as an int or as a long. */
    private static boolean isEqual(JsonNode one, JsonNode other) {
        return one.isIntegralNumber() && other.isIntegralNumber()
                ? one.asLong() == other.asLong()
                : one.equals(other);
    }

    public boolean isOnboarded(UUID userId) {
        return metadata.find(userId, UserMetadata.Key.ONBOARDING)
                .map(value -> value.path("isOnboarded").asBoolean(false))
                .orElse(false);
    }

    public void setOnboarded(Caller caller, boolean isOnboarded) {
        metadata.put(
                caller.userId(),
                UserMetadata.Key.ONBOARDING,
                json.createObjectNode().put("isOnboarded", isOnboarded));
    }

    /** As if the user had never been shown around. */
    public void forgetOnboarding(Caller caller) {
        metadata.remove(caller.userId(), UserMetadata.Key.ONBOARDING);
    }

    public Optional<License> license(Caller caller) {
        return metadata.find(caller.userId(), UserMetadata.Key.LICENSE)
                .map(value -> json.treeToValue(value, License.class));
    }

    public void setLicense(Caller caller, License license) {
        metadata.put(caller.userId(), UserMetadata.Key.LICENSE, json.valueToTree(license));
    }

    public void removeLicense(Caller caller) {
        metadata.remove(caller.userId(), UserMetadata.Key.LICENSE);
    }

    private void requireSelfOrAdmin(Caller caller, UUID userId) {
        if (!caller.userId().equals(userId)) {
            if (!caller.isAdmin()) {
                throw new Problem.Forbidden("Forbidden");
            }
            users.find(userId);
        }
    }
}
