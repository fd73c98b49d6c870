package app.keepsake.immich.partner;

import app.keepsake.immich.user.UserAvatarColor;
import app.keepsake.partner.Partner;
import app.keepsake.user.UserView;
import java.time.Instant;
import java.util.UUID;

/** The other one of a pair. */
record PartnerResponseDto(
        UUID id,
        String email,
        String name,
        UserAvatarColor avatarColor,
        String profileImagePath,
        Instant profileChangedAt,
        boolean inTimeline) {

    static PartnerResponseDto of(Partner partner, UserView user) {
        return new PartnerResponseDto(
                user.id(),
                user.email(),
                user.name(),
                UserAvatarColor.valueOf(user.avatarColor()),
                user.profileImagePath(),
                user.profileChangedAt(),
                partner.inTimeline());
    }
}
