/** The ways a request can fail, independent of HTTP. */
@NullMarked
package app.keepsake.problem;

import org.jspecify.annotations.NullMarked;
