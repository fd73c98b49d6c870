/** Text that is seen on pictures. */
@NullMarked
package app.keepsake.ocr;

import org.jspecify.annotations.NullMarked;
