package app.keepsake.auth;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a controller method: the permission that an API key needs to call it (403 without). Without
 * this annotation any authenticated call will do; without {@link Public} it must be one (401).
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Requires {

    Permission value();

    /** Whether only an administrator may call it (403 "Forbidden" otherwise). */
    boolean admin() default false;
}
