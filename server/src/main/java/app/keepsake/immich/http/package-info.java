/** The front that every call passes: who calls, what may be called, and how failures look. */
@NullMarked
package app.keepsake.immich.http;

import org.jspecify.annotations.NullMarked;
