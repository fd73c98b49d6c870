/**
 * How much this worker may do now: it stays out of people's way, keeps a small board cool, and
 * never takes memory that is not there. Whatever holds it back, one new photo at a time gets its
 * thumbnail.
 */
@NullMarked
package app.keepsake.worker.governor;

import org.jspecify.annotations.NullMarked;
