package app.keepsake.auth;

import jakarta.persistence.LockModeType;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

interface AccountRepository extends Repository<Account, UUID> {

    Optional<Account> findByEmailAndDeletedAtIsNull(String email);

    Optional<Account> findByIdAndDeletedAtIsNull(UUID id);

    /**
     * Empty when the password is another by now, or the account deleted; otherwise both stay as
     * they are until the transaction ends.
     */
    @Lock(LockModeType.PESSIMISTIC_READ)
    Optional<Account> findByIdAndPasswordAndDeletedAtIsNull(UUID id, String password);

    /** As {@link #findByIdAndPasswordAndDeletedAtIsNull}, for the PIN code. */
    @Lock(LockModeType.PESSIMISTIC_READ)
    Optional<Account> findByIdAndPinCode(UUID id, String pinCode);

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
