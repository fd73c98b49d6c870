package app.keepsake.auth;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

interface AccountRepository extends Repository<Account, UUID> {

    Optional<Account> findByEmailAndDeletedAtIsNull(String email);

    Optional<Account> findByIdAndDeletedAtIsNull(UUID id);

    /** Does nothing when somebody has changed the password meanwhile. */
    @Transactional
    @Modifying
    @Query("update Account a set a.password = :next where a.id = :id and a.password = :current")
    void rehashPassword(UUID id, String current, String next);

    /** Answers 0 when somebody has changed the password meanwhile. */
    @Transactional
    @Modifying
    @Query(
            """
            update Account a set a.password = :next, a.shouldChangePassword = false
            where a.id = :id and a.password = :current
            """)
    int changePassword(UUID id, String current, String next);

    /** Answers 0 when there is a PIN code already. */
    @Transactional
    @Modifying
    @Query("update Account a set a.pinCode = :next where a.id = :id and a.pinCode is null")
    int addPinCode(UUID id, String next);

    /** Answers 0 when somebody has changed the PIN code meanwhile. */
    @Transactional
    @Modifying
    @Query("update Account a set a.pinCode = :next where a.id = :id and a.pinCode = :current")
    int changePinCode(UUID id, String current, @Nullable String next);
}
