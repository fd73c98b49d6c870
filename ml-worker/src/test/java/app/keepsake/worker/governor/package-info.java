/** Tests of how much the worker does. */
@NullMarked
package app.keepsake.worker.governor;

import org.jspecify.annotations.NullMarked;
