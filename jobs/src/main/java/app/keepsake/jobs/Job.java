package app.keepsake.jobs;

import java.util.UUID;

/**
 * A unit of background work: a kind and the id it is about, never a path. The list of kinds is
 * closed, so both processes agree on it at compile time.
 */
public sealed interface Job
        permits ExtractMetadata,
                MoveOriginal,
                WriteSidecar,
                ExtractMotionPhoto,
                GenerateThumbnails,
                ApplyEdits,
                TranscodeVideo,
                EmbedPicture,
                DetectFaces,
                ReadText,
                RecognizeFaces,
                CutPortraits,
                DetectDuplicates {

    /** What the job is about: the id of an asset for every kind so far. */
    UUID subjectId();
}
