package app.keepsake.immich.person;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.http.BulkIdResponseDto;
import app.keepsake.immich.http.BulkIdsDto;
import app.keepsake.immich.http.LongBody;
import app.keepsake.person.People;
import app.keepsake.person.PeopleFilter;
import app.keepsake.problem.Outcome;
import app.keepsake.problem.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/people")
class PersonController {

    record PeopleUpdateDto(@NotNull List<@NotNull @Valid PeopleUpdateItem> people) {}

    record MergePersonDto(@NotNull List<@NotNull UUID> ids) {}

    record AssetFaceUpdateItem(@NotNull UUID assetId, @NotNull UUID personId) {}

    record AssetFaceUpdateDto(@NotNull List<@NotNull @Valid AssetFaceUpdateItem> data) {}

    record PersonStatisticsResponseDto(int assets) {}

    private final People people;

    PersonController(People people) {
        this.people = people;
    }

    @GetMapping
    @Requires(Permission.PERSON_READ)
    PeopleResponseDto list(
            Caller caller,
            @RequestParam(defaultValue = "1") int page,
            @RequestParam(defaultValue = "500") int size,
            @RequestParam(defaultValue = "false") boolean withHidden,
            @RequestParam @Nullable UUID closestPersonId,
            @RequestParam @Nullable UUID closestAssetId) {
        return PeopleResponseDto.of(
                people.list(
                        caller,
                        new PeopleFilter(page, size, withHidden, closestPersonId, closestAssetId)));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.PERSON_CREATE)
    PersonResponseDto create(Caller caller, @RequestBody @Valid PersonCreateDto body) {
        return PersonResponseDto.of(people.create(caller, body.change()));
    }

    /** Each by itself: what is wrong with one leaves the others done. */
    @PutMapping
    @Requires(Permission.PERSON_UPDATE)
    List<BulkIdResponseDto> update(Caller caller, @RequestBody @Valid PeopleUpdateDto body) {
        var changes = body.people().stream().map(PeopleUpdateItem::change).toList();
        var outcomes =
                IntStream.range(0, changes.size())
                        .mapToObj(
                                i -> {
                                    var id = body.people().get(i).id();
                                    try {
                                        people.update(caller, id, changes.get(i));
                                        return new Outcome(id, null);
                                    } catch (Problem.NoAccess e) {
                                        return new Outcome(id, Outcome.Refusal.NO_PERMISSION);
                                    } catch (Problem.Invalid e) {
                                        return new Outcome(id, Outcome.Refusal.NOT_FOUND);
                                    }
                                })
                        .toList();
        return BulkIdResponseDto.of(outcomes);
    }

    @LongBody
    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.PERSON_DELETE)
    void delete(Caller caller, @RequestBody @Valid BulkIdsDto body) {
        people.delete(caller, body.ids());
    }

    /** The first of them is whom the others become. */
    @PostMapping("/merge")
    @ResponseStatus(HttpStatus.OK)
    @Requires(Permission.PERSON_MERGE)
    List<BulkIdResponseDto> merge(Caller caller, @RequestBody @Valid MergePersonDto body) {
        if (body.ids().isEmpty()) {
            throw new Problem.Invalid("ids must name whom to merge");
        }
        var others = body.ids().subList(1, body.ids().size());
        return BulkIdResponseDto.of(people.merge(caller, body.ids().getFirst(), others));
    }

    @GetMapping("/{id}")
    @Requires(Permission.PERSON_READ)
    PersonResponseDto get(Caller caller, @PathVariable UUID id) {
        return PersonResponseDto.of(people.get(caller, id));
    }

    @RequestMapping(
            path = "/{id}",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    @Requires(Permission.PERSON_UPDATE)
    PersonResponseDto update(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid PersonUpdateDto body) {
        return PersonResponseDto.of(people.update(caller, id, body.change()));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.PERSON_DELETE)
    void delete(Caller caller, @PathVariable UUID id) {
        people.delete(caller, List.of(id));
    }

    @PostMapping("/{id}/merge")
    @ResponseStatus(HttpStatus.OK)
    @Requires(Permission.PERSON_MERGE)
    List<BulkIdResponseDto> merge(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid MergePersonDto body) {
        return BulkIdResponseDto.of(people.merge(caller, id, body.ids()));
    }

    @LongBody
    @PutMapping("/{id}/reassign")
    @Requires(Permission.PERSON_REASSIGN)
    List<PersonResponseDto> reassign(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid AssetFaceUpdateDto body) {
        var faces =
                body.data().stream()
                        .map(face -> new People.On(face.personId(), face.assetId()))
                        .toList();
        return people.reassign(caller, id, faces).stream().map(PersonResponseDto::of).toList();
    }

    @GetMapping("/{id}/statistics")
    @Requires(Permission.PERSON_STATISTICS)
    PersonStatisticsResponseDto statistics(Caller caller, @PathVariable UUID id) {
        return new PersonStatisticsResponseDto(people.countAssets(caller, id));
    }

    /** Each portrait has a file name of its own, so that is its tag. */
    @GetMapping("/{id}/thumbnail")
    @Requires(Permission.PERSON_READ)
    ResponseEntity<Resource> thumbnail(Caller caller, @PathVariable UUID id) {
        var file = people.portrait(caller, id);
        return ResponseEntity.ok()
                .contentType(MediaType.IMAGE_JPEG)
                .cacheControl(CacheControl.noCache().cachePrivate().noTransform())
                .eTag(file.getFileName().toString())
                .body(new FileSystemResource(file));
    }
}
