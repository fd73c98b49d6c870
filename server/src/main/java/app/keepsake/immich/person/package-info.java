/** Immich's People endpoints. */
@NullMarked
package app.keepsake.immich.person;

import org.jspecify.annotations.NullMarked;
