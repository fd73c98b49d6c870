/**
 * The Immich app 3.x, as far as a server can notice it: how it connects, backs up, syncs and what
 * makes it throw. Written from what the app does, not from what Keepsake does: nothing in here
 * knows a class of Keepsake, and Immich's OpenAPI document is read anew. Only the tests themselves
 * start a server and look into its database for the truth.
 */
@NullMarked
package phone;

import org.jspecify.annotations.NullMarked;
