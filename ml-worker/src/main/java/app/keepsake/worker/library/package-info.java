/** The library folder, as the worker sees it. */
@NullMarked
package app.keepsake.worker.library;

import org.jspecify.annotations.NullMarked;
