/** What is decided about the server as a whole, and the schema that it needs. */
@NullMarked
package app.keepsake.settings;

import org.jspecify.annotations.NullMarked;
