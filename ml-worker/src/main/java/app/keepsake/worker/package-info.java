/** The worker's main class; each package below is one thing it can do. */
@NullMarked
package app.keepsake.worker;

import org.jspecify.annotations.NullMarked;
