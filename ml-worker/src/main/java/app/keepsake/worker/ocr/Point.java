package app.keepsake.worker.ocr;

record Point(double x, double y) {}
