/**
 * What administrators have set, in Immich's form. A record for each section that somebody works by
 * lies where it is needed, or here when server and worker both do.
 */
@NullMarked
package app.keepsake.config;

import org.jspecify.annotations.NullMarked;
