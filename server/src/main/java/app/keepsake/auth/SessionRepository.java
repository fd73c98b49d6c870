package app.keepsake.auth;

import java.util.UUID;
import org.springframework.data.repository.Repository;

interface SessionRepository extends Repository<Session, UUID> {

    Session save(Session session);
}
