package app.keepsake.immich.http;

import app.keepsake.auth.Public;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Failures outside of any controller, in a filter or in the container, in the same form. */
@RestController
class ErrorPages implements ErrorController {

    @Public
    @RequestMapping("${server.error.path:/error}")
    ResponseEntity<ErrorDto> failed(HttpServletRequest request) {
        var failure = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
        if (failure instanceof Throwable thrown && DatabaseFailure.isOutage(thrown)) {
            return ProblemAdvice.unavailable();
        }
        var code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        var known = code instanceof Integer number ? HttpStatus.resolve(number) : null;
        var status = known == null ? HttpStatus.NOT_FOUND : known;
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(ErrorDto.of(reasonOf(status)));
    }

    static String reasonOf(HttpStatus status) {
        return status.is5xxServerError() ? "Internal server error" : status.getReasonPhrase();
    }
}
