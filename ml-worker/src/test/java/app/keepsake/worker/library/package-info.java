/** Libraries for the worker's tests. */
@NullMarked
package app.keepsake.worker.library;

import org.jspecify.annotations.NullMarked;
