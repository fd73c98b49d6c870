/** Takes files in, and never loses one (I1). */
@NullMarked
package app.keepsake.upload;

import org.jspecify.annotations.NullMarked;
