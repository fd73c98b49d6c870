package app.keepsake.auth;

import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

interface AccountRepository extends Repository<Account, UUID> {

    Optional<Account> findByEmailAndDeletedAtIsNull(String email);

    /** Does nothing when somebody has changed the password meanwhile. */
    @Transactional
    @Modifying
    @Query("update Account a set a.password = :next where a.id = :id and a.password = :current")
    void replacePassword(UUID id, String current, String next);
}
