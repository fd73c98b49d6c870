package app.keepsake.model;

import java.util.List;

/** What a model does; the folder of its kind is called so, by Immich's layout. */
public enum Task {
    CLIP(
            "clip",
            List.of(
                    "config.json",
                    "visual/model.onnx",
                    "visual/preprocess_cfg.json",
                    "textual/model.onnx",
                    "textual/tokenizer.json",
                    "textual/tokenizer_config.json")),
    FACES("facial-recognition", List.of("detection/model.onnx", "recognition/model.onnx")),
    /** Pairs for other languages share one detector. */
    OCR("ocr", List.of("recognition/model.onnx"));

    private final String wireName;
    private final List<String> files;

    Task(String wireName, List<String> files) {
        this.wireName = wireName;
        this.files = files;
    }

    public String wireName() {
        return wireName;
    }

    /** Without these a folder is no model. */
    List<String> files() {
        return files;
    }
}
