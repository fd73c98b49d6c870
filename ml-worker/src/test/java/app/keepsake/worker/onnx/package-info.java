@NullMarked
package app.keepsake.worker.onnx;

import org.jspecify.annotations.NullMarked;
