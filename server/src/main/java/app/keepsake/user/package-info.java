/** The people of this server: their accounts and what they prefer. */
@NullMarked
package app.keepsake.user;

import org.jspecify.annotations.NullMarked;
