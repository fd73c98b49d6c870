package app.keepsake.config;

/** What models are asked for. */
public record MachineLearningConfig(
        boolean enabled,
        Clip clip,
        Faces facialRecognition,
        Ocr ocr,
        Duplicates duplicateDetection) {

    /** Search by words. */
    public record Clip(boolean enabled) {}

    /**
     * @param minScore the detector's confidence, 0 to 1, below which a face is no face
     * @param maxDistance the cosine distance above which two faces are not one person's
     * @param minFaces as many alike, itself included, begin a new person
     */
    public record Faces(boolean enabled, double minScore, double maxDistance, int minFaces) {}

    /**
     * @param modelName the folder of the pair of models that finds and reads text
     * @param minDetectionScore how likely a place must be text to be read, 0 to 1
     * @param minRecognitionScore how sure it must be what it says, 0 to 1
     * @param maxResolution of a picture's shorter side, in pixels, where text is looked for
     */
    public record Ocr(
            boolean enabled,
            String modelName,
            double minDetectionScore,
            double minRecognitionScore,
            int maxResolution) {

        /** The same by another pair of models. */
        public Ocr by(String other) {
            return new Ocr(enabled, other, minDetectionScore, minRecognitionScore, maxResolution);
        }
    }

    /**
     * @param maxDistance the cosine distance of two pictures' vectors up to which they are the same
     */
    public record Duplicates(boolean enabled, double maxDistance) {}

    public boolean wantsClip() {
        return enabled && clip.enabled();
    }

    public boolean wantsFaces() {
        return enabled && facialRecognition.enabled();
    }

    public boolean wantsOcr() {
        return enabled && ocr.enabled();
    }

    public boolean wantsDuplicates() {
        return wantsClip() && duplicateDetection.enabled();
    }

    /** What holds now. */
    public static MachineLearningConfig of(SystemConfig config) {
        return config.section("machineLearning", MachineLearningConfig.class);
    }
}
