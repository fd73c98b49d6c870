/** What the server tells about itself, in the Immich API's words. */
@NullMarked
package app.keepsake.immich.server;

import org.jspecify.annotations.NullMarked;
