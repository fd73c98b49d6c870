/** Programs that read files which nobody trusts, as children of the server and of the worker. */
@NullMarked
package app.keepsake.process;

import org.jspecify.annotations.NullMarked;
