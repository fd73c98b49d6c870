package app.keepsake.auth;

import java.util.UUID;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

interface SessionRepository extends Repository<Session, UUID> {

    Session save(Session session);

    /** In one statement, so that a second logout at the same time finds nothing to do. */
    @Transactional
    @Modifying
    @Query("delete from Session s where s.id = :id")
    void delete(UUID id);
}
