package app.keepsake.worker.clip;

import app.keepsake.config.MachineLearningConfig;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.EmbedPicture;
import app.keepsake.jobs.Embedding;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.preview.Previews;
import com.pgvector.PGhalfvec;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Writes what CLIP says of a preview, beside the name of the model that said it. */
@Component
record EmbedPictureHandler(Previews previews, Clip clip, JdbcClient jdbc, SystemConfig config)
        implements JobHandler<EmbedPicture> {

    @Override
    public void run(EmbedPicture job) throws Exception {
        if (!MachineLearningConfig.of(config).wantsClip()) {
            return; // switched off while it was queued; the server knows that it lacks
        }
        var preview = previews.of(job.subjectId());
        if (preview.isPresent()) {
            write(job.subjectId(), clip.ofPicture(preview.get()));
        }
    }

    private void write(UUID assetId, Embedding embedding) throws Unrecoverable {
        requireDimension(embedding.vector().length);
        // One statement: done exactly when written (I4), and nothing for an asset that vanished.
        jdbc.sql(
                        """
                        with done as (
                            insert into asset_job_status (asset_id, smart_search_at)
                            select id, now() from asset where id = :assetId
                            on conflict (asset_id)
                                do update set smart_search_at = excluded.smart_search_at
                            returning asset_id
                        )
                        insert into smart_search (asset_id, model, embedding)
                        select asset_id, :model, :vector from done
                        on conflict (asset_id)
                            do update set model = excluded.model, embedding = excluded.embedding
                        """)
                .param("assetId", assetId)
                .param("model", embedding.model())
                .param("vector", new PGhalfvec(embedding.vector()))
                .update();
    }

    private void requireDimension(int dimension) throws Unrecoverable {
        int column =
                jdbc.sql(
                                """
                                select atttypmod from pg_attribute
                                where attrelid = 'smart_search'::regclass and attname = 'embedding'
                                """)
                        .query(Integer.class)
                        .single();
        if (dimension != column) {
            throw new Unrecoverable(
                    """
                    The CLIP model %s makes vectors of %d numbers, and the database keeps vectors \
                    of %d: choose a model of %d (KEEPSAKE_CLIP_MODEL)\
                    """
                            .formatted(clip.model(), dimension, column, column));
        }
    }
}
