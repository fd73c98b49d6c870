package app.keepsake.immich.auth;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.PinCodes;
import app.keepsake.auth.Requires;
import app.keepsake.auth.Sessions;
import app.keepsake.immich.http.ClientAddress;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The PIN code, and what it opens. */
@RestController
@RequestMapping("/api/auth")
@ResponseStatus(HttpStatus.NO_CONTENT)
class PinCodeController {

    private static final String PIN = "\\d{6}";

    record PinCodeSetupDto(@NotNull @Pattern(regexp = PIN) String pinCode) {}

    record PinCodeChangeDto(
            @Nullable String password,
            @Pattern(regexp = PIN) @Nullable String pinCode,
            @NotNull @Pattern(regexp = PIN) String newPinCode) {}

    record PinCodeResetDto(
            @Nullable String password, @Pattern(regexp = PIN) @Nullable String pinCode) {}

    /**
     * @param password what Immich takes and does not look at
     */
    record SessionUnlockDto(
            @Nullable String password, @Pattern(regexp = PIN) @Nullable String pinCode) {}

    private final PinCodes pinCodes;
    private final Sessions sessions;

    PinCodeController(PinCodes pinCodes, Sessions sessions) {
        this.pinCodes = pinCodes;
        this.sessions = sessions;
    }

    @PostMapping("/pin-code")
    @Requires(Permission.PIN_CODE_CREATE)
    void setUp(Caller caller, @RequestBody @Valid PinCodeSetupDto body) {
        pinCodes.setUp(caller, body.pinCode());
    }

    @PutMapping("/pin-code")
    @Requires(Permission.PIN_CODE_UPDATE)
    void change(
            Caller caller, @RequestBody @Valid PinCodeChangeDto body, HttpServletRequest request) {
        pinCodes.change(
                caller,
                new PinCodes.Proof(body.password(), body.pinCode()),
                body.newPinCode(),
                ClientAddress.of(request).network());
    }

    @DeleteMapping("/pin-code")
    @Requires(Permission.PIN_CODE_DELETE)
    void reset(
            Caller caller, @RequestBody @Valid PinCodeResetDto body, HttpServletRequest request) {
        pinCodes.reset(
                caller,
                new PinCodes.Proof(body.password(), body.pinCode()),
                ClientAddress.of(request).network());
    }

    @PostMapping("/session/unlock")
    void unlock(
            Caller caller, @RequestBody @Valid SessionUnlockDto body, HttpServletRequest request) {
        pinCodes.unlock(caller, body.pinCode(), ClientAddress.of(request).network());
    }

    @PostMapping("/session/lock")
    void lock(Caller caller) {
        sessions.lock(caller);
    }
}
