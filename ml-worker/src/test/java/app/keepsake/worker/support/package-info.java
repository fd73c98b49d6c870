/** What the worker's tests share. */
@NullMarked
package app.keepsake.worker.support;

import org.jspecify.annotations.NullMarked;
