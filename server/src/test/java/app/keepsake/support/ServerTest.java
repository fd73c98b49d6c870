package app.keepsake.support;

import app.keepsake.KeepsakeServer;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistrar;

/**
 * The whole server on a real PostgreSQL, a real Redis and real files, on a random port. One context
 * for all tests, and nothing rolls back: tests stay apart because each makes its own users. Every
 * answer is held against Immich's contract.
 */
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = KeepsakeServer.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        // The rest of 127.0.0.0/8 stands for addresses that nobody vouched for.
        properties = "server.tomcat.remoteip.internal-proxies=127.0.0.1/32")
@AutoConfigureMockMvc
@Import({
    ServerTest.Services.class,
    Fixtures.class,
    AssetFixtures.class,
    ConfigFixtures.class,
    Waiting.class,
    ContractFilter.class
})
@ExtendWith({ContractCheck.class, FreshAttempts.class})
public @interface ServerTest {

    @TestConfiguration(proxyBeanMethods = false)
    class Services {

        private static @Nullable Path library;

        /** One for all contexts, since they share a database, which knows its library. */
        private static synchronized Path library() throws IOException {
            if (library == null) {
                library = Files.createTempDirectory("keepsake-library-");
            }
            return library;
        }

        @Bean
        DynamicPropertyRegistrar services() throws IOException {
            var library = library();
            return registry -> {
                TestServices.environment()
                        .forEach((name, value) -> registry.add(name, () -> value));
                registry.add("keepsake.sweep-grace", () -> "0s");
                registry.add("keepsake.moved-grace", () -> "0s");
                registry.add("keepsake.sync-wait", () -> "1s");
                registry.add("keepsake.library", library::toString);
                registry.add("keepsake.model-mirror", TestHub.SHARED::base);
                registry.add("keepsake.clip-model", () -> "tiny-colours");
                // Every entity must fit the schema that the migrations make.
                registry.add("spring.jpa.hibernate.ddl-auto", () -> "validate");
            };
        }
    }
}
