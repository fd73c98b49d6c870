/** The tag "Cluster groups" of the Immich API. */
@NullMarked
package app.keepsake.immich.clustergroup;

import org.jspecify.annotations.NullMarked;
