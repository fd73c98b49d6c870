/** What an asset is: its bytes' kind, its identity, its row. */
@NullMarked
package app.keepsake.asset;

import org.jspecify.annotations.NullMarked;
