package app.keepsake.immich.partner;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.partner.Partner;
import app.keepsake.partner.Partners;
import app.keepsake.partner.Partners.Direction;
import app.keepsake.problem.Sent;
import app.keepsake.user.Users;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/partners")
class PartnerController {

    record PartnerCreateDto(@NotNull UUID sharedWithId) {}

    record PartnerUpdateDto(@NotNull Boolean inTimeline) {}

    private final Partners partners;
    private final Users users;

    PartnerController(Partners partners, Users users) {
        this.partners = partners;
        this.users = users;
    }

    @GetMapping
    @Requires(Permission.PARTNER_READ)
    List<PartnerResponseDto> list(Caller caller, @RequestParam String direction) {
        var isSharing =
                "shared-by"
                        .equals(
                                new Sent("direction", direction)
                                        .oneOf(List.of("shared-by", "shared-with")));
        var found =
                partners.list(
                        caller,
                        isSharing ? Direction.SHARED_BY_CALLER : Direction.SHARED_WITH_CALLER);
        return found.stream().map(this::answer).toList();
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.PARTNER_CREATE)
    PartnerResponseDto create(Caller caller, @RequestBody @Valid PartnerCreateDto body) {
        return answer(partners.create(caller, body.sharedWithId()));
    }

    /** As older clients do it. */
    @PostMapping("/{id}")
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.PARTNER_CREATE)
    PartnerResponseDto create(Caller caller, @PathVariable UUID id) {
        return answer(partners.create(caller, id));
    }

    /**
     * @param id of who shares with the caller
     */
    @PutMapping("/{id}")
    @Requires(Permission.PARTNER_UPDATE)
    PartnerResponseDto update(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid PartnerUpdateDto body) {
        return answer(partners.update(caller, id, body.inTimeline()));
    }

    /**
     * @param id of whom the caller shares with
     */
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.PARTNER_DELETE)
    void remove(Caller caller, @PathVariable UUID id) {
        partners.remove(caller, id);
    }

    private PartnerResponseDto answer(Partner partner) {
        return PartnerResponseDto.of(partner, users.get(partner.userId()));
    }
}
