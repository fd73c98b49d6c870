package app.keepsake.immich.duplicate;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

record DuplicateResolveDto(
        @NotNull @Size(min = 1, max = 1000)
                List<@NotNull @Valid DuplicateResolveGroupDto> groups) {}
