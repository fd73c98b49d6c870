/** Who is calling, and what they may see. */
@NullMarked
package app.keepsake.auth;

import org.jspecify.annotations.NullMarked;
