@NullMarked
package app.keepsake.worker.ocr;

import org.jspecify.annotations.NullMarked;
