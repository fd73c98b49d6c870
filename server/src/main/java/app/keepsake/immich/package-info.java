/**
 * The Immich HTTP API and nothing else: every controller and {@code …Dto}, a sub-package per tag of
 * the OpenAPI document, and in {@code http} the front that all calls pass.
 *
 * <p>Everything here mirrors a document that is not ours, so names end in {@code Dto} because
 * theirs do. Features never import this package; it imports features.
 */
@ApplicationModule(displayName = "Immich wire")
@NullMarked
package app.keepsake.immich;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
