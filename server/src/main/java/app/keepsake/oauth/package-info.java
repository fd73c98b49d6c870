/** Logging in by an OpenID Connect provider. */
@NullMarked
package app.keepsake.oauth;

import org.jspecify.annotations.NullMarked;
