/**
 * CLIP: pictures and words as vectors of one space, so that words find pictures. Any model of
 * Immich's {@code clip} layout works: words are read by our own code for CLIP's own byte-level BPE
 * (the ViT-… and RN… families), and by Hugging Face's library for all others.
 */
@NullMarked
package app.keepsake.worker.clip;

import org.jspecify.annotations.NullMarked;
