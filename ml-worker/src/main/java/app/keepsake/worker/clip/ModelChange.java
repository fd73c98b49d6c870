package app.keepsake.worker.clip;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Makes pictures that another model has seen into work again when a worker starts with a new one;
 * the server's reconciler finds that work. Until it is done no words find them: places of two
 * models cannot be compared.
 */
@Component
record ModelChange(Clip clip, JdbcClient jdbc) implements SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(ModelChange.class);

    @Override
    public void afterSingletonsInstantiated() {
        int pictures =
                jdbc.sql(
                                """
                                update asset_job_status j set smart_search_at = null
                                from smart_search s
                                where s.asset_id = j.asset_id and s.model <> :model
                                    and j.smart_search_at is not null
                                """)
                        .param("model", clip.model())
                        .update();
        if (pictures > 0) {
            log.info("{} pictures are to be seen by the model {}", pictures, clip.model());
        }
    }
}
