/** Faces on pictures, and the people whom they belong to. */
@NullMarked
package app.keepsake.person;

import org.jspecify.annotations.NullMarked;
