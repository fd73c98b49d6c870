package app.keepsake.worker.support;

import app.keepsake.support.TestServices;
import app.keepsake.worker.KeepsakeWorker;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistrar;

/**
 * The whole worker, with no more rights than its own database role has, on the schema that the
 * server makes. One context for all tests, and nothing rolls back: tests stay apart because each
 * makes its own assets.
 */
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(classes = KeepsakeWorker.class)
@Import({WorkerTest.Services.class, WorkerFixtures.class, FakeMachine.class})
public @interface WorkerTest {

    @TestConfiguration(proxyBeanMethods = false)
    class Services {

        @Bean
        DynamicPropertyRegistrar services() throws IOException {
            var root = Path.of(System.getProperty("keepsake.root", ".."));
            Flyway.configure()
                    .dataSource(
                            TestServices.get("KEEPSAKE_DB_URL"),
                            TestServices.get("KEEPSAKE_DB_USER"),
                            TestServices.get("KEEPSAKE_DB_PASSWORD"))
                    .locations(
                            "filesystem:" + root.resolve("server/src/main/resources/db/migration"))
                    .load()
                    .migrate();
            Path machine = Files.createTempDirectory("keepsake-machine-");
            Path library = Files.createTempDirectory("keepsake-library-");
            return registry -> {
                TestServices.environment()
                        .forEach((name, value) -> registry.add(name, () -> value));
                registry.add("keepsake.library", library::toString);
                // What other programs do with the machine is no matter of the tests.
                registry.add("keepsake.governor.root", machine::toString);
                registry.add("keepsake.governor.interval", () -> "200ms");
                registry.add("keepsake.models", WorkerFixtures.models()::toString);
            };
        }
    }
}
