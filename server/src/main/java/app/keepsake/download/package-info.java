/** Many originals at once: which archives they make, and the archives. */
@NullMarked
package app.keepsake.download;

import org.jspecify.annotations.NullMarked;
