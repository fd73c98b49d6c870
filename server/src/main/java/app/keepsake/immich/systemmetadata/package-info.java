/** The tag "System metadata" of the Immich API. */
@NullMarked
package app.keepsake.immich.systemmetadata;

import org.jspecify.annotations.NullMarked;
