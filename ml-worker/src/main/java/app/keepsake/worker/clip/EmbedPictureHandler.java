package app.keepsake.worker.clip;

import app.keepsake.config.MachineLearningConfig;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.EmbedPicture;
import app.keepsake.jobs.Embedding;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.onnx.ModelsInUse;
import app.keepsake.worker.onnx.ModelsInUse.InUse;
import app.keepsake.worker.preview.Previews;
import com.pgvector.PGhalfvec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Writes what CLIP says of a preview, beside the name of the model that said it. */
@Component
record EmbedPictureHandler(
        Previews previews, Clip clip, ModelsInUse inUse, JdbcClient jdbc, SystemConfig config)
        implements JobHandler<EmbedPicture> {

    /** More save little, and take memory for each. */
    private static final int TOGETHER = 4;

    @Override
    public int together() {
        return TOGETHER;
    }

    @Override
    public void run(EmbedPicture job) throws Exception {
        run(List.of(job));
    }

    @Override
    public void run(List<EmbedPicture> jobs) throws Exception {
        if (!MachineLearningConfig.of(config).wantsClip()) {
            return; // switched off while it was queued; the server knows that it lacks
        }
        var target = inUse.forPictures();
        if (target.isEmpty()) {
            return;
        }
        var shown = new LinkedHashMap<UUID, Path>();
        for (var job : jobs) {
            previews.of(job.subjectId()).ifPresent(file -> shown.put(job.subjectId(), file));
        }
        var embeddings =
                clip.ofPictures(target.get().model(), List.copyOf(shown.values())).iterator();
        for (var assetId : shown.keySet()) {
            write(assetId, target.get(), embeddings.next());
        }
    }

    private void write(UUID assetId, InUse target, Embedding embedding) throws Unrecoverable {
        if (embedding.vector().length != target.dimension()) {
            throw new Unrecoverable(
                    "The CLIP model %s makes vectors of %d numbers, and not of %d as it is known to: download it again, or choose another"
                            .formatted(
                                    target.model(), embedding.vector().length, target.dimension()));
        }
        // One statement: done exactly when written (I4), and nothing for an asset that vanished,
        // nor by a model, or a commit of it, that went out of use meanwhile: the server has made
        // that work again.
        jdbc.sql(
                        """
                        with done as (
                            insert into asset_job_status (asset_id, smart_search_at)
                            select id, now() from asset where id = :assetId
                                and exists (select from ml_model
                                    where task = :task and model = :model
                                        and (revision = :revision) is not false)
                                and (:task = 'clip-next' or not exists (
                                    select from ml_model where task = 'clip-next'))
                            on conflict (asset_id)
                                do update set smart_search_at = excluded.smart_search_at
                            returning asset_id
                        )
                        insert into %s (asset_id, model, embedding)
                        select asset_id, :model, :vector from done
                        on conflict (asset_id)
                            do update set model = excluded.model, embedding = excluded.embedding
                        """
                                .formatted(
                                        target.isComing() ? "smart_search_next" : "smart_search"))
                .param("assetId", assetId)
                .param("task", target.task())
                .param("model", embedding.model())
                .param("revision", target.revision())
                .param("vector", new PGhalfvec(embedding.vector()))
                .update();
    }
}
