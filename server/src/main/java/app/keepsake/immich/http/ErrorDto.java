package app.keepsake.immich.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of every failed call, in Immich's 3.x form.
 *
 * @param errors the fields that are wrong, when {@code message} is "Validation failed"
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ErrorDto(String message, @Nullable List<FieldErrorDto> errors) {

    /** One wrong field: {@code path} leads to it from the top of the request. */
    record FieldErrorDto(String code, List<String> path, String message) {}

    static ErrorDto of(String message) {
        return new ErrorDto(message, null);
    }

    static ErrorDto validation(List<FieldErrorDto> errors) {
        return new ErrorDto("Validation failed", List.copyOf(errors));
    }
}
