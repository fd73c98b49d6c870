/** Words that a user puts on assets, in levels: "Holidays/Rome" is below "Holidays". */
@NullMarked
package app.keepsake.tag;

import org.jspecify.annotations.NullMarked;
