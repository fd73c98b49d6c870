/** Albums, and who may do what in them. */
@NullMarked
package app.keepsake.album;

import org.jspecify.annotations.NullMarked;
