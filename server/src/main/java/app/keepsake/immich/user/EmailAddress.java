package app.keepsake.immich.user;

import app.keepsake.user.UserChanges;
import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An address that {@link UserChanges} takes, so that a wrong one is named in the answer. */
@Constraint(validatedBy = {})
@Pattern(regexp = UserChanges.EMAIL, message = "must be an e-mail address")
@Size(max = 254)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface EmailAddress {

    String message() default "must be an e-mail address";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
}
