/**
 * CLIP: pictures and words as vectors of one space, so that words find pictures. Any model of
 * Immich's {@code clip} layout whose tokenizer is CLIP's own byte-level BPE (the ViT-… and RN…
 * families) works; others are refused by name.
 */
@NullMarked
package app.keepsake.worker.clip;

import org.jspecify.annotations.NullMarked;
