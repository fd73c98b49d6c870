/**
 * Where on Earth a position is: city, state and country, and the time zone there. Offline, from
 * files in {@code src/main/resources/places}, whose README says what they are made of.
 */
@NullMarked
package app.keepsake.place;

import org.jspecify.annotations.NullMarked;
