/** The tag "People" of the Immich API. */
@NullMarked
package app.keepsake.immich.person;

import org.jspecify.annotations.NullMarked;
