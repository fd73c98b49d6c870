package app.keepsake.user;

import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What each user keeps on the server, for administrators. */
@Component
public class Usage {

    /**
     * Assets outside the trash, and bytes of their originals as far as they count for a quota.
     *
     * @param photos without the hidden parts of live photos; so are {@code videos}
     * @param quotaSizeInBytes null = no limit
     */
    public record OfUser(
            UUID userId,
            String userName,
            @Nullable Long quotaSizeInBytes,
            long photos,
            long videos,
            long usage,
            long usagePhotos,
            long usageVideos) {}

    private final JdbcClient jdbc;

    Usage(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Of every user, the oldest account first. */
    public List<OfUser> byUser(Caller caller) {
        if (!caller.isAdmin()) {
            throw new Problem.Forbidden("Forbidden");
        }
        return jdbc.sql(
                        """
                        select u.id as user_id, u.name as user_name, u.quota_size_in_bytes,
                            count(a.id) filter (where a.type = 'IMAGE' and a.visibility <> 'hidden')
                                as photos,
                            count(a.id) filter (where a.type = 'VIDEO' and a.visibility <> 'hidden')
                                as videos,
                            coalesce(sum(a.size_in_bytes) filter (where a.library_id is null), 0)
                                as usage,
                            coalesce(sum(a.size_in_bytes) filter
                                (where a.library_id is null and a.type = 'IMAGE'), 0) as usage_photos,
                            coalesce(sum(a.size_in_bytes) filter
                                (where a.library_id is null and a.type = 'VIDEO'), 0) as usage_videos
                        from "user" u
                        left join asset a on a.owner_id = u.id and a.deleted_at is null
                        group by u.id order by u.created_at, u.id
                        """)
                .query(OfUser.class)
                .list();
    }
}
