package app.keepsake.job;

import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.ApplyEdits;
import app.keepsake.jobs.CutPortraits;
import app.keepsake.jobs.DetectDuplicates;
import app.keepsake.jobs.DetectFaces;
import app.keepsake.jobs.EmbedPicture;
import app.keepsake.jobs.ExtractMetadata;
import app.keepsake.jobs.ExtractMotionPhoto;
import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.jobs.Job;
import app.keepsake.jobs.Kind;
import app.keepsake.jobs.MoveOriginal;
import app.keepsake.jobs.ReadText;
import app.keepsake.jobs.RecognizeFaces;
import app.keepsake.jobs.TranscodeVideo;
import app.keepsake.jobs.WriteSidecar;
import java.util.Arrays;
import java.util.List;

/**
 * What is made of every asset, each step from what an earlier one made.
 *
 * <p>{@code ready} is SQL about an {@code asset a} and its {@code asset_job_status s}, {@code done}
 * a column of that.
 */
enum Step {
    SIDECAR(WriteSidecar.class, Step.HAS_WORDS, "sidecar_at"),
    METADATA(ExtractMetadata.class, "true", "metadata_extracted_at"),
    MOVE(MoveOriginal.class, Step.HAS_TEMPLATE, "storage_template_at"),
    MOTION_PHOTO(ExtractMotionPhoto.class, Step.HOLDS_FILM, "motion_photo_at"),
    THUMBNAILS(GenerateThumbnails.class, "s.metadata_extracted_at is not null", "thumbnails_at"),
    EDITS(ApplyEdits.class, Step.HAS_EDITS, "edits_at"),
    FILM(TranscodeVideo.class, Step.IS_FILM, "encoded_video_at"),
    PICTURE_VECTOR(EmbedPicture.class, Step.forModel("clip") + Step.HAS_CLIP, "smart_search_at"),
    FACES(DetectFaces.class, Step.forModel("facialRecognition"), "faces_recognized_at"),
    TEXT(ReadText.class, Step.forModel("ocr"), "ocr_with"),
    PEOPLE(RecognizeFaces.class, Step.hasStrangers(), "people_at"),
    PORTRAITS(CutPortraits.class, Step.LENDS_PORTRAITS, "portraits_at"),
    DUPLICATES(DetectDuplicates.class, Step.isCompared(), "duplicates_detected_at");

    /** The hidden half of a live photo is neither searched nor looked at for faces. */
    private static final String HAS_PREVIEW =
            "s.thumbnails_at is not null and a.visibility <> 'hidden'";

    private static final String LENDS_PORTRAITS =
            Step.HAS_PREVIEW
                    + " and exists (select from asset_face f join person p on p.face_asset_id = f.id"
                    + " where f.asset_id = a.id)";

    /** Smart search needs a model, which an administrator downloads. */
    private static final String HAS_CLIP = " and exists (select from ml_model where task = 'clip')";

    /** Files of external libraries are not Keepsake's to move. */
    private static final String HAS_TEMPLATE =
            """
            s.metadata_extracted_at is not null and a.library_id is null and not a.is_external
            and exists (select from system_metadata where key = 'storage-template')\
            """;

    /** What there was before the template stays until somebody starts the queue. */
    private static final String READ_SINCE =
            """
             and s.storage_template_at is distinct from s.metadata_extracted_at
             and s.metadata_extracted_at >= (select (value ->> 'since')::timestamptz
                from system_metadata where key = 'storage-template')\
            """;

    /** What was read by other settings is read anew; the pair of models in use will do. */
    private static final String READ_OTHERWISE =
            """
             and s.ocr_with is distinct from ('%1$s'::jsonb || coalesce((
                select value #> '{machineLearning,ocr}' from system_metadata
                where key = 'system-config'), '{}')) - 'enabled'
             and s.ocr_with is distinct from ('%1$s'::jsonb || coalesce((
                select value #> '{machineLearning,ocr}' from system_metadata
                where key = 'system-config'), '{}') || coalesce((
                select jsonb_build_object('modelName', model) from ml_model
                where task = 'ocr'), '{}')) - 'enabled'\
            """
                    .formatted(
                            SystemConfig.defaults()
                                    .document()
                                    .at("/machineLearning/ocr")
                                    .toString()
                                    .replace("'", "''"));

    /** Said by a person, rather than by the file. */
    private static final String HAS_WORDS =
            """
            exists (select from asset_exif e where e.asset_id = a.id and e.locked_properties
                && '{dateTimeOriginal,description,latitude,longitude,rating,tags}')
            """;

    /** Those that were taken away are to be seen no more, too. */
    private static final String HAS_EDITS =
            "s.thumbnails_at is not null and (a.is_edited or s.edits_at is null)";

    /** Whoever reads the metadata finds the film, or looks once more. */
    private static final String HOLDS_FILM =
            "s.metadata_extracted_at is not null and s.motion_photo_at is null"
                    + " and a.type = 'IMAGE' and a.library_id is null";

    /** Anew when a picture has another vector than before. */
    private static final String COMPARED_BEFORE =
            """
             and (s.duplicates_detected_at is null
                or s.duplicates_detected_at < s.smart_search_at)\
            """;

    private static final String IS_FILM = "s.thumbnails_at is not null and a.type = 'VIDEO'";

    /**
     * @param model as administrators switch it off
     */
    private static String forModel(String model) {
        return HAS_PREVIEW + " and " + isWanted(model);
    }

    /** Faces of which nobody has said yet whose they are. */
    private static String hasStrangers() {
        return """
        s.faces_recognized_at is not null and exists (select from asset_face f
            where f.asset_id = a.id and f.person_id is null and f.deleted_at is null
                and f.source_type = 'machine-learning') and %s\
        """
                .formatted(isWanted("facialRecognition"));
    }

    /**
     * As DetectDuplicatesHandler has it; while another model is coming, its vectors are awaited.
     */
    private static String isCompared() {
        return """
        %s and %s and a.visibility = 'timeline' and a.deleted_at is null and a.stack_id is null
            and exists (select from smart_search v where v.asset_id = a.id)
            and not exists (select from ml_model where task = 'clip-next')\
        """
                .formatted(forModel("clip"), isWanted("duplicateDetection"));
    }

    private static String isWanted(String model) {
        return """
        not exists (select from system_metadata
            where key = 'system-config' and 'false' in (value #>> '{machineLearning,enabled}',
                value #>> '{machineLearning,%s,enabled}'))\
        """
                .formatted(model);
    }

    private final Kind kind;
    private final String ready;
    private final String done;

    Step(Class<? extends Job> type, String ready, String done) {
        this.kind = Kind.of(type);
        this.ready = ready;
        this.done = done;
    }

    Kind kind() {
        return kind;
    }

    /** The condition under which it can be done, for the first time or again. */
    String isPossible() {
        return "a.type in ('IMAGE', 'VIDEO') and not a.is_offline and (%s)".formatted(ready);
    }

    /** The condition under which it lacks. */
    String isMissing() {
        return isPossible()
                + switch (this) {
                    case MOVE -> READ_SINCE;
                    case TEXT -> READ_OTHERWISE;
                    case DUPLICATES -> COMPARED_BEFORE;
                    default -> " and s.%s is null".formatted(done);
                };
    }

    /** The column that says that it was done; null = not yet. */
    String done() {
        return done;
    }

    /** Whether who starts it means what was done, too: that may have another place by now. */
    boolean isStartedForAll() {
        return this == MOVE;
    }

    static Step of(Kind kind) {
        return Arrays.stream(values())
                .filter(step -> step.kind.equals(kind))
                .findFirst()
                .orElseThrow();
    }

    /** The steps that may be done when this one is. */
    List<Step> next() {
        return switch (this) {
            case SIDECAR -> List.of(METADATA);
            case METADATA -> List.of(MOVE, THUMBNAILS, MOTION_PHOTO);
            case THUMBNAILS -> List.of(EDITS, PICTURE_VECTOR, FACES, TEXT, FILM, PORTRAITS);
            case FACES -> List.of(PEOPLE);
            case PICTURE_VECTOR -> List.of(DUPLICATES);
            case MOVE, MOTION_PHOTO, EDITS, TEXT, PEOPLE, PORTRAITS, DUPLICATES, FILM -> List.of();
        };
    }
}
