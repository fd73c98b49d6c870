/** The tag "API keys" of the Immich API. */
@NullMarked
package app.keepsake.immich.apikey;

import org.jspecify.annotations.NullMarked;
