/**
 * Keeps phones' databases equal to what their users may see (I5): a stream of all changes since the
 * phone's marks, and the marks themselves, for each session. docs/design.md, "Sync", says how.
 */
@NullMarked
package app.keepsake.sync;

import org.jspecify.annotations.NullMarked;
