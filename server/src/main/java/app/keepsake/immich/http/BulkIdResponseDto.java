package app.keepsake.immich.http;

import app.keepsake.problem.Outcome;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

public record BulkIdResponseDto(
        UUID id,
        boolean success,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable BulkIdErrorReason error) {

    public enum BulkIdErrorReason {
        duplicate,
        no_permission,
        not_found,
        validation;

        public static BulkIdErrorReason of(Outcome.Refusal refusal) {
            return switch (refusal) {
                case DUPLICATE -> duplicate;
                case NO_PERMISSION -> no_permission;
                case NOT_FOUND -> not_found;
            };
        }
    }

    public static List<BulkIdResponseDto> of(List<Outcome> outcomes) {
        return outcomes.stream().map(BulkIdResponseDto::of).toList();
    }

    private static BulkIdResponseDto of(Outcome outcome) {
        var refusal = outcome.refusal();
        return new BulkIdResponseDto(
                outcome.id(),
                outcome.isDone(),
                refusal == null ? null : BulkIdErrorReason.of(refusal));
    }
}
