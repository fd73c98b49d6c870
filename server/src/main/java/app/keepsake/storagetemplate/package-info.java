/**
 * Where originals stand by the storage template of the system config, and how they get there: an
 * original is at every moment where its row says.
 */
@NullMarked
package app.keepsake.storagetemplate;

import org.jspecify.annotations.NullMarked;
