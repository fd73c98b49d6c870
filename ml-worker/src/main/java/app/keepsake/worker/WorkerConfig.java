package app.keepsake.worker;

import app.keepsake.config.SystemConfig;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What administrators have set, as far as the worker may see it. */
@Configuration(proxyBeanMethods = false)
class WorkerConfig {

    @Bean
    SystemConfig systemConfig(JdbcClient jdbc, JsonMapper json) {
        return new SystemConfig(
                () ->
                        jdbc.sql("select value::text from worker_config")
                                .query(String.class)
                                .optional()
                                .<JsonNode>map(json::readTree)
                                .orElseGet(json::createObjectNode));
    }
}
