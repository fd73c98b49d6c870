package app.keepsake.immich.server;

import app.keepsake.user.Usage;
import java.util.List;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Counts of assets, and bytes of their originals. */
record ServerStatsResponseDto(
        long photos,
        long videos,
        long usage,
        long usagePhotos,
        long usageVideos,
        List<UsageByUserDto> usageByUser) {

    record UsageByUserDto(
            UUID userId,
            String userName,
            long photos,
            long videos,
            long usage,
            long usagePhotos,
            long usageVideos,
            @Nullable Long quotaSizeInBytes) {

        static UsageByUserDto of(Usage.OfUser user) {
            return new UsageByUserDto(
                    user.userId(),
                    user.userName(),
                    user.photos(),
                    user.videos(),
                    user.usage(),
                    user.usagePhotos(),
                    user.usageVideos(),
                    user.quotaSizeInBytes());
        }
    }

    static ServerStatsResponseDto of(List<Usage.OfUser> users) {
        return new ServerStatsResponseDto(
                sum(users, Usage.OfUser::photos),
                sum(users, Usage.OfUser::videos),
                sum(users, Usage.OfUser::usage),
                sum(users, Usage.OfUser::usagePhotos),
                sum(users, Usage.OfUser::usageVideos),
                users.stream().map(UsageByUserDto::of).toList());
    }

    private static long sum(List<Usage.OfUser> users, ToLongFunction<Usage.OfUser> figure) {
        return users.stream().mapToLong(figure).sum();
    }
}
