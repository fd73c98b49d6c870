/**
 * Text on pictures: where lines of it are (DB, a map of how likely each place is text), and what
 * they say (CTC, letter by letter). Any pair of models of Immich's {@code ocr} layout works;
 * PP-OCRv4 comes along.
 */
@NullMarked
package app.keepsake.worker.ocr;

import org.jspecify.annotations.NullMarked;
