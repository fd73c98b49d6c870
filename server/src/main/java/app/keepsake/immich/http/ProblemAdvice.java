package app.keepsake.immich.http;

import app.keepsake.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.validation.FieldError;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;

/** Turns every failure into Immich's error form. */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {

    /** Long enough for a restart of the database on a Pi, short enough for a waiting phone. */
    static final String RETRY_SOON = "10";

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    @ExceptionHandler
    ResponseEntity<ErrorDto> onProblem(Problem problem) {
        var headers = new HttpHeaders();
        HttpStatus status =
                switch (problem) {
                    // Immich answers 400, not 404, for an id that the caller may not see.
                    case Problem.NoAccess _, Problem.Invalid _, Problem.QuotaExceeded _ ->
                            HttpStatus.BAD_REQUEST;
                    case Problem.Unauthenticated _ -> HttpStatus.UNAUTHORIZED;
                    case Problem.Forbidden _ -> HttpStatus.FORBIDDEN;
                    case Problem.NotFound _ -> HttpStatus.NOT_FOUND;
                    case Problem.TooLarge _ -> HttpStatus.CONTENT_TOO_LARGE;
                    case Problem.DiskFull _ -> HttpStatus.INSUFFICIENT_STORAGE;
                    case Problem.Unavailable _ -> {
                        headers.set(HttpHeaders.RETRY_AFTER, RETRY_SOON);
                        yield HttpStatus.SERVICE_UNAVAILABLE;
                    }
                    case Problem.TooManyAttempts tooMany -> {
                        headers.set(
                                HttpHeaders.RETRY_AFTER,
                                String.valueOf(tooMany.retryAfterSeconds()));
                        yield HttpStatus.TOO_MANY_REQUESTS;
                    }
                };
        return json(status, headers, ErrorDto.of(problem.reason()));
    }

    @ExceptionHandler
    ResponseEntity<ErrorDto> onAnythingElse(Exception failure, WebRequest request) {
        if (DatabaseFailure.isOutage(failure)) {
            log.warn("The database is away: {}", failure.getMessage());
            return unavailable();
        }
        if (DatabaseFailure.isConflict(failure)) {
            log.warn("Gave way to another change: {}", failure.getMessage());
            return unavailable("1", "Somebody has just changed the same, try again");
        }
        if (DatabaseFailure.isUnstorableText(failure)) {
            return json(
                    HttpStatus.BAD_REQUEST,
                    new HttpHeaders(),
                    ErrorDto.of("The request holds text that cannot be stored"));
        }
        // The description holds the path and never the query, where a token may be.
        log.error("Failed to answer {}", request.getDescription(false), failure);
        return json(
                HttpStatus.INTERNAL_SERVER_ERROR,
                new HttpHeaders(),
                ErrorDto.of("Internal server error"));
    }

    /** I2: never 401 or 404 while the database is away, for a phone would clear its data. */
    static ResponseEntity<ErrorDto> unavailable() {
        return unavailable(RETRY_SOON, "The database is not available, try again soon");
    }

    private static ResponseEntity<ErrorDto> unavailable(String seconds, String reason) {
        var headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, seconds);
        return json(HttpStatus.SERVICE_UNAVAILABLE, headers, ErrorDto.of(reason));
    }

    private static ResponseEntity<ErrorDto> json(
            HttpStatusCode status, HttpHeaders headers, ErrorDto body) {
        headers.setContentType(MediaType.APPLICATION_JSON);
        return new ResponseEntity<>(body, headers, status);
    }

    @Override
    protected ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException invalid,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        var errors = new ArrayList<ErrorDto.FieldErrorDto>();
        for (var error : invalid.getAllErrors()) {
            var path =
                    error instanceof FieldError field
                            ? pathOf(field.getField())
                            : List.<String>of();
            errors.add(
                    new ErrorDto.FieldErrorDto(
                            "custom", path, String.valueOf(error.getDefaultMessage())));
        }
        return respond(headers, status, ErrorDto.validation(errors));
    }

    @Override
    protected ResponseEntity<Object> handleHandlerMethodValidationException(
            HandlerMethodValidationException invalid,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        var errors = new ArrayList<ErrorDto.FieldErrorDto>();
        for (var result : invalid.getParameterValidationResults()) {
            var parameter = result.getMethodParameter().getParameterName();
            for (MessageSourceResolvable error : result.getResolvableErrors()) {
                errors.add(
                        new ErrorDto.FieldErrorDto(
                                "custom",
                                error instanceof FieldError field
                                        ? pathOf(field.getField())
                                        : List.of(String.valueOf(parameter)),
                                String.valueOf(error.getDefaultMessage())));
            }
        }
        return respond(headers, HttpStatus.BAD_REQUEST, ErrorDto.validation(errors));
    }

    @Override
    protected ResponseEntity<Object> handleMissingServletRequestParameter(
            MissingServletRequestParameterException missing,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        return invalidField(List.of(missing.getParameterName()), "Required");
    }

    @Override
    protected ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException mismatch,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        var name =
                mismatch instanceof MethodArgumentTypeMismatchException argument
                        ? argument.getName()
                        : mismatch.getPropertyName();
        var wanted = mismatch.getRequiredType();
        return invalidField(
                name == null ? List.of() : List.of(name),
                wanted == null ? "Invalid value" : "Invalid " + wanted.getSimpleName());
    }

    @Override
    protected ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException unreadable,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        // A body over its limit, wrapped by the parser in the middle of a field.
        if (unreadable.getMostSpecificCause() instanceof Problem problem) {
            var answer = onProblem(problem);
            return new ResponseEntity<>(
                    answer.getBody(), answer.getHeaders(), answer.getStatusCode());
        }
        if (unreadable.getCause() instanceof DatabindException wrong) {
            var path =
                    wrong.getPath().stream()
                            .map(
                                    step ->
                                            step.getPropertyName() != null
                                                    ? step.getPropertyName()
                                                    : String.valueOf(step.getIndex()))
                            .toList();
            return invalidField(path, "Invalid value");
        }
        var reason =
                unreadable.getCause() instanceof JacksonException
                        ? "The request body is not valid JSON"
                        : "The request body is missing or unreadable";
        return respond(headers, HttpStatus.BAD_REQUEST, ErrorDto.of(reason));
    }

    /** What remains of Spring's own exceptions: 404, 405, 406, 415 and so on. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception failure,
            @Nullable Object body,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        if (status.is5xxServerError()) {
            log.error("Failed to answer {}", request.getDescription(false), failure);
        }
        var known = HttpStatus.resolve(status.value());
        var reason =
                status.is5xxServerError()
                        ? "Internal server error"
                        : known == null ? "Request failed" : known.getReasonPhrase();
        return respond(headers, status, ErrorDto.of(reason));
    }

    private static ResponseEntity<Object> invalidField(List<String> path, String message) {
        var error = new ErrorDto.FieldErrorDto("invalid_type", path, message);
        return respond(
                new HttpHeaders(), HttpStatus.BAD_REQUEST, ErrorDto.validation(List.of(error)));
    }

    private static ResponseEntity<Object> respond(
            HttpHeaders headers, HttpStatusCode status, ErrorDto body) {
        var all = new HttpHeaders();
        all.putAll(headers);
        all.setContentType(MediaType.APPLICATION_JSON);
        return new ResponseEntity<>(body, all, status);
    }

    /** {@code assets[3].id} is assets, 3, id. */
    private static List<String> pathOf(String field) {
        return List.of(field.replace("]", "").split("[.\\[]"));
    }
}
