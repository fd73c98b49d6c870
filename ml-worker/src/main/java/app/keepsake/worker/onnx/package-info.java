/**
 * Models: the folder they lie in, graphs opened by ONNX Runtime, and the promise that a model which
 * nobody uses costs no memory.
 */
@NullMarked
package app.keepsake.worker.onnx;

import org.jspecify.annotations.NullMarked;
