/**
 * Model files as they lie on disk: ONNX is a protocol buffer, and what must be known or changed of
 * one needs no runtime. Files are mapped and never read whole, since they are larger than the heap.
 */
@NullMarked
package app.keepsake.onnx;

import org.jspecify.annotations.NullMarked;
