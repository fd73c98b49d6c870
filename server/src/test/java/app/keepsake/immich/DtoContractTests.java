package app.keepsake.immich;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.ImmichContract;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.ResolvableType;
import org.springframework.core.type.filter.RegexPatternTypeFilter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every record of the wire against the schema of its name: names, what may be absent, enums. */
class DtoContractTests {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static final ImmichContract CONTRACT = ImmichContract.get();

    /** The document has no schema for failures; the filter in tests judges them. */
    private static final Set<String> NOT_IN_DOCUMENT = Set.of("ErrorDto", "FieldErrorDto");

    private static final Set<String> SENT_BY_CLIENTS = sentByClients();

    static List<Class<?>> dtos() {
        var scanner =
                new ClassPathScanningCandidateComponentProvider(false) {
                    @Override
                    protected boolean isCandidateComponent(
                            org.springframework.beans.factory.annotation.AnnotatedBeanDefinition
                                    definition) {
                        return true;
                    }
                };
        scanner.addIncludeFilter(
                new RegexPatternTypeFilter(java.util.regex.Pattern.compile(".*(Dto|Response)")));
        return scanner.findCandidateComponents("app.keepsake.immich").stream()
                .map(definition -> load(definition.getBeanClassName()))
                .filter(Class::isRecord)
                .filter(type -> !NOT_IN_DOCUMENT.contains(type.getSimpleName()))
                .collect(Collectors.toList());
    }

    private static Class<?> load(@Nullable String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void findsRecords() {
        assertThat(dtos()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("dtos")
    void mirrorsItsSchema(Class<?> dto) {
        var name = schemaName(dto);
        assertThat(name).as("a schema for %s", dto.getSimpleName()).isNotNull();
        var schema = CONTRACT.schema(name);
        var isRequest = SENT_BY_CLIENTS.contains(name);
        var mine =
                Arrays.stream(dto.getRecordComponents())
                        .map(DtoContractTests::wireName)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(names(schema.path("properties").propertyNames())).containsAll(mine);
        assertThat(mine).containsAll(required(schema));
        for (var component : dto.getRecordComponents()) {
            var property = schema.path("properties").path(wireName(component));
            var isRequired = required(schema).contains(wireName(component));
            checkAbsence(dto, component, property, isRequired, isRequest);
            checkEnum(component, property, isRequest);
        }
    }

    private static void checkAbsence(
            Class<?> dto,
            RecordComponent component,
            JsonNode property,
            boolean isRequired,
            boolean isRequest) {
        var mayBeNull = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        var takesNull =
                resolve(property).path("nullable").asBoolean(false)
                        || property.path("nullable").asBoolean(false);
        var what = dto.getSimpleName() + "." + component.getName();
        if (isRequest) {
            if (!isRequired) {
                assertThat(mayBeNull)
                        .as("%s may be left out, so it must be @Nullable", what)
                        .isTrue();
            } else if (!takesNull && !component.getType().isPrimitive()) {
                assertThat(isValidated(component)).as("%s must be @NotNull", what).isTrue();
            }
            return;
        }
        if (mayBeNull && !takesNull) {
            assertThat(isRequired).as("%s must never be null", what).isFalse();
            assertThat(isLeftOutWhenNull(dto, component))
                    .as("%s must be left out when it is null: @JsonInclude(NON_NULL)", what)
                    .isTrue();
        }
        if (mayBeNull && isRequired) {
            assertThat(isLeftOutWhenNull(dto, component))
                    .as("%s must be sent as null", what)
                    .isFalse();
        }
    }

    private static boolean isValidated(RecordComponent component) {
        return Stream.of(NotNull.class, NotBlank.class, NotEmpty.class)
                .anyMatch(
                        annotation ->
                                component.isAnnotationPresent(annotation)
                                        || component.getAccessor().isAnnotationPresent(annotation)
                                        || component
                                                .getAnnotatedType()
                                                .isAnnotationPresent(annotation));
    }

    private static boolean isLeftOutWhenNull(Class<?> dto, RecordComponent component) {
        var own = component.getAccessor().getAnnotation(JsonInclude.class);
        var include = own != null ? own : dto.getAnnotation(JsonInclude.class);
        return include != null && include.value() == JsonInclude.Include.NON_NULL;
    }

    private static void checkEnum(RecordComponent component, JsonNode property, boolean isRequest) {
        var type = ResolvableType.forType(component.getGenericType());
        var isList = List.class.isAssignableFrom(component.getType());
        var raw = (isList ? type.getGeneric(0) : type).resolve(Object.class);
        if (raw.isEnum()) {
            var schema = resolve(isList ? resolve(property).path("items") : property);
            var mine =
                    Arrays.stream(raw.getEnumConstants())
                            .map(value -> MAPPER.valueToTree(value).asString())
                            .collect(Collectors.toSet());
            var theirs =
                    StreamSupport.stream(schema.path("enum").spliterator(), false)
                            .map(JsonNode::asString)
                            .collect(Collectors.toSet());
            var what = "values of %s".formatted(component.getName());
            assertThat(theirs).as(what).isNotEmpty().containsAll(mine);
            if (isRequest) {
                // We need not say all that they say, but must understand it.
                assertThat(mine).as(what).containsAll(theirs);
            }
        }
    }

    /** Follows a reference, also one that is wrapped in allOf. */
    private static JsonNode resolve(JsonNode schema) {
        var inner = schema.path("allOf").size() == 1 ? schema.path("allOf").path(0) : schema;
        return inner.has("$ref")
                ? CONTRACT.schema(inner.path("$ref").asString().replaceFirst(".*/", ""))
                : inner;
    }

    /** Some of their names do not end in Dto, so the same name without it will do. */
    private static @Nullable String schemaName(Class<?> dto) {
        var name = dto.getSimpleName();
        return Stream.of(name, name.replaceFirst("Dto$", ""))
                .filter(candidate -> CONTRACT.schema(candidate).isObject())
                .findFirst()
                .orElse(null);
    }

    private static String wireName(RecordComponent component) {
        var renamed = component.getAccessor().getAnnotation(JsonProperty.class);
        return renamed == null || renamed.value().isEmpty() ? component.getName() : renamed.value();
    }

    private static Set<String> required(JsonNode schema) {
        return StreamSupport.stream(schema.path("required").spliterator(), false)
                .map(JsonNode::asString)
                .collect(Collectors.toSet());
    }

    private static Set<String> names(Iterable<String> names) {
        return StreamSupport.stream(names.spliterator(), false).collect(Collectors.toSet());
    }

    /** Schemas that occur in a request's body, at the top or inside. */
    private static Set<String> sentByClients() {
        var found = new HashSet<String>();
        var todo = new ArrayDeque<JsonNode>();
        CONTRACT.document()
                .path("paths")
                .forEach(path -> path.forEach(o -> todo.add(o.path("requestBody"))));
        while (!todo.isEmpty()) {
            var node = todo.pop();
            if (node.path("$ref").isString()) {
                var name = node.path("$ref").asString().replaceFirst(".*/", "");
                if (found.add(name)) {
                    todo.add(CONTRACT.schema(name));
                }
            }
            node.forEach(todo::add);
        }
        return found;
    }
}
