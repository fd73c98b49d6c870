package app.keepsake.auth;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

interface ApiKeyRepository extends Repository<ApiKey, UUID> {

    ApiKey save(ApiKey key);

    ApiKey saveAndFlush(ApiKey key);

    Optional<ApiKey> findByIdAndUserId(UUID id, UUID userId);

    List<ApiKey> findByUserIdOrderByCreatedAtDesc(UUID userId);

    /** Answers 0 when the user has no such key. */
    @Transactional
    @Modifying
    @Query("delete from ApiKey k where k.id = :id and k.userId = :userId")
    int delete(UUID id, UUID userId);
}
