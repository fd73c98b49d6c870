package app.keepsake.config;

/** What models are asked for. */
public record MachineLearningConfig(boolean enabled, Clip clip, Faces facialRecognition) {

    /** Search by words. */
    public record Clip(boolean enabled) {}

    /**
     * @param minScore the detector's confidence, 0 to 1, below which a face is no face
     */
    public record Faces(boolean enabled, double minScore) {}

    public boolean wantsClip() {
        return enabled && clip.enabled();
    }

    public boolean wantsFaces() {
        return enabled && facialRecognition.enabled();
    }

    /** What holds now. */
    public static MachineLearningConfig of(SystemConfig config) {
        return config.section("machineLearning", MachineLearningConfig.class);
    }
}
