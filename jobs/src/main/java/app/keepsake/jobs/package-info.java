/**
 * Work that is done later: typed payloads, the queue that carries them over Redis Streams, and the
 * runner that hands them to their handlers. The only code that server and worker share.
 *
 * <p>Redis may be flushed at any moment (I3) and every job may run twice (I4): what must not be
 * forgotten (attempts, failures, pauses, bulk cursors) lives in Postgres.
 */
@NullMarked
package app.keepsake.jobs;

import org.jspecify.annotations.NullMarked;
