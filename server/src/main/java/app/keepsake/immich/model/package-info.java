/** Keepsake's own: the models that look at pictures, for administrators. */
@NullMarked
package app.keepsake.immich.model;

import org.jspecify.annotations.NullMarked;
