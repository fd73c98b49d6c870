/**
 * Which models look at pictures: those that can be had, those that lie in the library's folder
 * {@code models}, their download, and the change from one to another.
 */
@NullMarked
package app.keepsake.model;

import org.jspecify.annotations.NullMarked;
