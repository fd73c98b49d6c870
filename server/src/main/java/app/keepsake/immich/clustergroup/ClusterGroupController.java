package app.keepsake.immich.clustergroup;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.user.UserResponseDto;
import app.keepsake.person.ClusterGroups;
import app.keepsake.user.Users;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/cluster-groups")
class ClusterGroupController {

    record ClusterGroupRequestCreateDto(@NotNull UUID userId) {}

    record ClusterGroupRequestResponseDto(
            UUID id, UUID clusterGroupId, UUID userId, Instant createdAt) {

        static ClusterGroupRequestResponseDto of(ClusterGroups.Request request) {
            return new ClusterGroupRequestResponseDto(
                    request.id(), request.clusterGroupId(), request.userId(), request.createdAt());
        }
    }

    private final ClusterGroups groups;
    private final Users users;

    ClusterGroupController(ClusterGroups groups, Users users) {
        this.groups = groups;
        this.users = users;
    }

    @GetMapping("/requests")
    @Requires(Permission.CLUSTER_GROUP_REQUEST_READ)
    List<ClusterGroupRequestResponseDto> requests(Caller caller) {
        return answer(groups.requestsTo(caller));
    }

    @DeleteMapping("/requests/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.CLUSTER_GROUP_REQUEST_DELETE)
    void delete(Caller caller, @PathVariable UUID id) {
        groups.delete(caller, id);
    }

    @PostMapping("/requests/{id}/accept")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.CLUSTER_GROUP_REQUEST_CREATE)
    void accept(Caller caller, @PathVariable UUID id) {
        groups.accept(caller, id);
    }

    @PostMapping("/{id}/leave")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.CLUSTER_GROUP_LEAVE)
    void leave(Caller caller, @PathVariable UUID id) {
        groups.leave(caller, id);
    }

    @PostMapping("/{id}/regenerate-people")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.CLUSTER_GROUP_READ)
    void regeneratePeople(Caller caller, @PathVariable UUID id) {
        groups.regenerate(caller, id);
    }

    @GetMapping("/{id}/requests")
    @Requires(Permission.CLUSTER_GROUP_REQUEST_READ)
    List<ClusterGroupRequestResponseDto> requests(Caller caller, @PathVariable UUID id) {
        return answer(groups.requestsOf(caller, id));
    }

    @PutMapping("/{id}/requests")
    @Requires(Permission.CLUSTER_GROUP_REQUEST_CREATE)
    ClusterGroupRequestResponseDto ask(
            Caller caller,
            @PathVariable UUID id,
            @RequestBody @Valid ClusterGroupRequestCreateDto body) {
        return ClusterGroupRequestResponseDto.of(groups.ask(caller, id, body.userId()));
    }

    @GetMapping("/{id}/users")
    @Requires(Permission.CLUSTER_GROUP_READ)
    List<UserResponseDto> users(Caller caller, @PathVariable UUID id) {
        var members = groups.members(caller, id);
        var accounts = users.byId(members);
        return members.stream()
                .flatMap(member -> Stream.ofNullable(accounts.get(member)))
                .map(UserResponseDto::of)
                .toList();
    }

    private static List<ClusterGroupRequestResponseDto> answer(
            List<ClusterGroups.Request> requests) {
        return requests.stream().map(ClusterGroupRequestResponseDto::of).toList();
    }
}
