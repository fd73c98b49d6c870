/**
 * Keepsake's server, a folder per feature; {@code immich} holds the wire and is imported by none.
 */
@NullMarked
package app.keepsake;

import org.jspecify.annotations.NullMarked;
