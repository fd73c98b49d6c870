package app.keepsake.immich.queue;

import app.keepsake.job.QueueEntry;
import app.keepsake.jobs.ApplyEdits;
import app.keepsake.jobs.CutPortraits;
import app.keepsake.jobs.DetectDuplicates;
import app.keepsake.jobs.DetectFaces;
import app.keepsake.jobs.EmbedPicture;
import app.keepsake.jobs.ExtractMetadata;
import app.keepsake.jobs.ExtractMotionPhoto;
import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.jobs.Job;
import app.keepsake.jobs.MoveOriginal;
import app.keepsake.jobs.ReadText;
import app.keepsake.jobs.RecognizeFaces;
import app.keepsake.jobs.TranscodeVideo;
import app.keepsake.jobs.WriteSidecar;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * @param data the asset's id; beyond Immich's, for a failed job the reason as {@code error}, and
 *     for one that runs long how far it is as {@code progress}, from 0 to 1
 * @param timestamp milliseconds since 1970
 */
record QueueJobResponseDto(Map<String, Object> data, UUID id, JobName name, long timestamp) {

    /** Of Immich's names for jobs those that Keepsake runs. */
    enum JobName {
        SidecarWrite,
        AssetExtractMetadata,
        StorageTemplateMigrationSingle,
        AssetGenerateThumbnails,
        AssetEditThumbnailGeneration,
        AssetEncodeVideo,
        SmartSearch,
        AssetDetectDuplicates,
        AssetDetectFaces,
        Ocr,
        FacialRecognition,
        PersonGenerateThumbnail;

        static JobName of(Job job) {
            return switch (job) {
                // Immich takes the film out of a motion photo when it reads the metadata.
                case ExtractMetadata _, ExtractMotionPhoto _ -> AssetExtractMetadata;
                case MoveOriginal _ -> StorageTemplateMigrationSingle;
                case WriteSidecar _ -> SidecarWrite;
                case GenerateThumbnails _ -> AssetGenerateThumbnails;
                case ApplyEdits _ -> AssetEditThumbnailGeneration;
                case TranscodeVideo _ -> AssetEncodeVideo;
                case EmbedPicture _ -> SmartSearch;
                case DetectDuplicates _ -> AssetDetectDuplicates;
                case DetectFaces _ -> AssetDetectFaces;
                case ReadText _ -> Ocr;
                case RecognizeFaces _ -> FacialRecognition;
                case CutPortraits _ -> PersonGenerateThumbnail;
            };
        }
    }

    static QueueJobResponseDto of(QueueEntry entry) {
        var id = entry.job().subjectId();
        var data = new LinkedHashMap<String, Object>();
        data.put("id", id);
        if (entry.reason() != null) {
            data.put("error", entry.reason());
        }
        if (entry.progress() != null) {
            data.put("progress", entry.progress());
        }
        return new QueueJobResponseDto(
                data, id, JobName.of(entry.job()), entry.at().toEpochMilli());
    }
}
