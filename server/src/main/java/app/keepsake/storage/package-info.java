/** The library folder: where bytes lie, and the only code that writes them durably. */
@NullMarked
package app.keepsake.storage;

import org.jspecify.annotations.NullMarked;
