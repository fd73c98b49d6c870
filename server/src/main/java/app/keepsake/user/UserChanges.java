package app.keepsake.user;

import app.keepsake.problem.Change;
import app.keepsake.problem.Problem;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is to become different about an account; null leaves a thing as it is.
 *
 * @param password in clear, to be hashed
 * @param avatarColor one of Immich's names of colours
 * @param storageLabel a folder's name, or null for none
 * @param quotaSizeInBytes 0 or more, or null for no limit
 * @param pinCode six digits, or null for none
 */
public record UserChanges(
        @Nullable String name,
        @Nullable String email,
        @Nullable String password,
        @Nullable String avatarColor,
        @Nullable Boolean shouldChangePassword,
        @Nullable Boolean isAdmin,
        @Nullable Change<String> storageLabel,
        @Nullable Change<Long> quotaSizeInBytes,
        @Nullable Change<String> pinCode) {

    /** An address as Immich's document has it, so that clients take it back. */
    public static final String EMAIL =
            "^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
                    + "(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$";

    private static final Pattern PIN = Pattern.compile("[0-9]{6}");

    public UserChanges {
        if (name != null && name.isBlank()) {
            throw new Problem.Invalid("The name is empty");
        }
        if (email != null && !email.matches(EMAIL)) {
            throw new Problem.Invalid("The e-mail address is malformed");
        }
        email = email == null ? null : email.toLowerCase(Locale.ROOT);
        if (storageLabel != null) {
            storageLabel = new Change<>(folderName(storageLabel.value()));
        }
        if (quotaSizeInBytes != null
                && Objects.requireNonNullElse(quotaSizeInBytes.value(), 0L) < 0) {
            throw new Problem.Invalid("The quota is below zero");
        }
        if (pinCode != null && pinCode.value() != null && !PIN.matcher(pinCode.value()).matches()) {
            throw new Problem.Invalid("A PIN code has six digits");
        }
    }

    /** What users may change of their own account. */
    public static UserChanges own(
            @Nullable String name,
            @Nullable String email,
            @Nullable String password,
            @Nullable String avatarColor) {
        return new UserChanges(name, email, password, avatarColor, null, null, null, null, null);
    }

    /** Of letters, digits and signs that lead nowhere else; null when nothing is left. */
    public static @Nullable String folderName(@Nullable String label) {
        if (label == null) {
            return null;
        }
        var name = label.replaceAll("[^\\p{L}\\p{N}_ @+-]", "").strip();
        return name.isEmpty() ? null : name.substring(0, Math.min(name.length(), 100));
    }
}
