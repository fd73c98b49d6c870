package app.keepsake.settings;

import app.keepsake.config.SystemConfig;
import app.keepsake.problem.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What of the system config the server's environment decides. It wins over what administrators set,
 * who cannot change it: whoever runs the machine can let everybody in again.
 */
@Component
class EnvironmentConfig {

    private static final Map<String, String> PLACES =
            Map.ofEntries(
                    Map.entry("KEEPSAKE_PASSWORD_LOGIN", "/passwordLogin/enabled"),
                    Map.entry("KEEPSAKE_OAUTH_ISSUER", "/oauth/issuerUrl"),
                    Map.entry("KEEPSAKE_OAUTH_CLIENT_ID", "/oauth/clientId"),
                    Map.entry("KEEPSAKE_OAUTH_CLIENT_SECRET", "/oauth/clientSecret"),
                    Map.entry("KEEPSAKE_OAUTH_SCOPE", "/oauth/scope"),
                    Map.entry("KEEPSAKE_OAUTH_BUTTON_TEXT", "/oauth/buttonText"),
                    Map.entry("KEEPSAKE_OAUTH_AUTO_LAUNCH", "/oauth/autoLaunch"),
                    Map.entry("KEEPSAKE_OAUTH_AUTO_REGISTER", "/oauth/autoRegister"),
                    Map.entry("KEEPSAKE_OAUTH_MOBILE_REDIRECT_URI", "/oauth/mobileRedirectUri"),
                    Map.entry("KEEPSAKE_OAUTH_STORAGE_LABEL_CLAIM", "/oauth/storageLabelClaim"),
                    Map.entry("KEEPSAKE_OAUTH_QUOTA_CLAIM", "/oauth/storageQuotaClaim"),
                    Map.entry("KEEPSAKE_OAUTH_ROLE_CLAIM", "/oauth/roleClaim"),
                    Map.entry("KEEPSAKE_OAUTH_DEFAULT_QUOTA_GIB", "/oauth/defaultStorageQuota"),
                    Map.entry("KEEPSAKE_OAUTH_SIGNING_ALGORITHM", "/oauth/signingAlgorithm"));

    /** What is meant by giving something that would do nothing without it. */
    private static final Map<String, String> SWITCHES =
            Map.of(
                    "KEEPSAKE_OAUTH_ISSUER", "/oauth/enabled",
                    "KEEPSAKE_OAUTH_MOBILE_REDIRECT_URI", "/oauth/mobileOverrideEnabled");

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private record Decided(String variable, JsonNode value) {}

    private final Map<JsonPointer, Decided> decided = new LinkedHashMap<>();

    EnvironmentConfig(Environment environment) {
        var usual = SystemConfig.defaults().document();
        PLACES.forEach(
                (variable, place) -> {
                    // An empty line in settings.env is as good as none.
                    if (environment.getProperty(variable, "").isEmpty()) {
                        return;
                    }
                    var value = value(environment, variable, usual.at(place));
                    decided.put(JsonPointer.compile(place), new Decided(variable, value));
                    if (SWITCHES.get(variable) instanceof String also) {
                        decided.put(
                                JsonPointer.compile(also),
                                new Decided(variable, NODES.booleanNode(true)));
                    }
                });
    }

    /** Of the kind that the default is of; what may be null is a whole number. */
    private static JsonNode value(Environment environment, String variable, JsonNode usual) {
        if (usual.isBoolean()) {
            return NODES.booleanNode(environment.getRequiredProperty(variable, Boolean.class));
        }
        return usual.isNull()
                ? NODES.numberNode(environment.getRequiredProperty(variable, Long.class))
                : NODES.stringNode(environment.getRequiredProperty(variable));
    }

    /** Puts what is decided here over other changes, and returns those. */
    ObjectNode over(ObjectNode changes) {
        decided.forEach(
                (place, of) ->
                        changes.withObject(place.head())
                                .set(place.last().getMatchingProperty(), of.value()));
        return changes;
    }

    /** Takes it out again: it is the environment's to keep. */
    ObjectNode without(ObjectNode changes) {
        for (var place : decided.keySet()) {
            if (changes.at(place.head()) instanceof ObjectNode section) {
                section.remove(place.last().getMatchingProperty());
                if (section.isEmpty()) {
                    changes.remove(place.head().getMatchingProperty());
                }
            }
        }
        return changes;
    }

    /**
     * @throws Problem.Invalid for a document in which something else stands
     */
    void requireUnchanged(JsonNode document) {
        decided.forEach(
                (place, of) -> {
                    if (!SystemConfig.isSame(document.at(place), of.value())) {
                        throw new Problem.Invalid(
                                "%s is decided by the server's environment (%s)"
                                        .formatted(
                                                place.toString().substring(1).replace('/', '.'),
                                                of.variable()));
                    }
                });
    }
}
