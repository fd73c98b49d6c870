package app.keepsake.immich;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.ServerTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collector;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/** Keeps docs/api.md true. After a route was added, run it once with {@code WRITE_API_LIST=1}. */
@ServerTest
class ApiListTests {

    private static final Path LIST =
            Path.of(System.getProperty("keepsake.root", ".."), "docs", "api.md");

    private record Operation(String tag, String method, String path, boolean isAnswered) {}

    @Autowired RequestMappingHandlerMapping requestMappingHandlerMapping;

    @Test
    void docsSayWhatIsAnsweredAndWhatNot() throws IOException {
        var list = list(operations(answered()));
        if (System.getenv("WRITE_API_LIST") != null) {
            Files.writeString(LIST, list);
        }
        assertThat(LIST).hasContent(list);
    }

    /** "GET /assets/{}": parameters without their names. */
    private Set<String> answered() {
        var answered = new HashSet<String>();
        for (var mapping : requestMappingHandlerMapping.getHandlerMethods().keySet()) {
            for (var path : mapping.getPatternValues()) {
                for (var method : mapping.getMethodsCondition().getMethods()) {
                    answered.add(method + " " + withoutNames(path).replaceFirst("^/api(?=/)", ""));
                }
            }
        }
        return answered;
    }

    private static List<Operation> operations(Set<String> answered) throws IOException {
        try (var stream = ApiListTests.class.getResourceAsStream("/immich-openapi.json")) {
            var operations = new ArrayList<Operation>();
            for (var path : JsonMapper.shared().readTree(stream).path("paths").properties()) {
                for (var operation : path.getValue().properties()) {
                    var method = operation.getKey().toUpperCase(Locale.ROOT);
                    operations.add(
                            new Operation(
                                    operation.getValue().path("tags").path(0).asString(),
                                    method,
                                    path.getKey(),
                                    answered.contains(method + " " + withoutNames(path.getKey()))));
                }
            }
            return operations;
        }
    }

    private static String list(List<Operation> operations) {
        var byTag =
                operations.stream().collect(groupingBy(Operation::tag, TreeMap::new, toLines()));
        var answered = operations.stream().filter(Operation::isAnswered).count();
        return """
        # The API

        Keepsake answers Immich's API, version 3.2.2, under `/api`. Of its %d operations %d are answered, each
        as the contract says, which a test holds every answer against. The others are not built yet: they
        answer 404, never an empty success. Where Immich has a `PATCH` twin for a `PUT`, so has Keepsake.
        `/api/socket.io` is Immich's socket, `/.well-known/immich` tells clients where the API is. Of the socket's
        events, nothing causes these yet: `on_new_release`, `on_notification`,
        `AppRestartV1` and `MaintenanceStatusV1`. Which settings of the system config have an effect stands in
        [operations.md](operations.md#the-system-config).

        A tick means answered.

        %s
        """
                .formatted(
                        operations.size(),
                        answered,
                        byTag.entrySet().stream()
                                .map(tag -> "## %s\n\n%s".formatted(tag.getKey(), tag.getValue()))
                                .collect(joining("\n\n")));
    }

    private static Collector<Operation, ?, String> toLines() {
        return mapping(
                operation ->
                        "- [%s] `%s %s`"
                                .formatted(
                                        operation.isAnswered() ? "x" : " ",
                                        operation.method(),
                                        operation.path()),
                joining("\n"));
    }

    private static String withoutNames(String path) {
        return path.replaceAll("\\{[^}]*}", "{}");
    }
}
