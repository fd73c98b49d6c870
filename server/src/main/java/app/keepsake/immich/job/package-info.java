/** Immich's tag "Jobs": the queues as older clients and immich-go see them. */
@NullMarked
package app.keepsake.immich.job;

import org.jspecify.annotations.NullMarked;
