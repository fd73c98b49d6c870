package app.keepsake.support;

import app.keepsake.KeepsakeServer;
import app.keepsake.storage.Library;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Another server on the same Postgres, Redis and library, with settings of its own. */
public final class SecondServer {

    private SecondServer() {}

    /**
     * @param settings as on the command line
     */
    public static ConfigurableApplicationContext start(Library library, String... settings) {
        var all =
                new ArrayList<>(
                        List.of(
                                "--server.address=127.0.0.1",
                                "--server.port=0",
                                "--spring.datasource.url=" + TestServices.get("KEEPSAKE_DB_URL"),
                                "--spring.datasource.username="
                                        + TestServices.get("KEEPSAKE_DB_USER"),
                                "--spring.datasource.password="
                                        + TestServices.get("KEEPSAKE_DB_PASSWORD"),
                                "--keepsake.clip-model=tiny-colours",
                                "--keepsake.library=" + library.root()));
        var hasRedis = List.of(settings).stream().anyMatch(s -> s.startsWith("--keepsake.redis"));
        if (!hasRedis) {
            all.add("--keepsake.redis-url=" + TestServices.get("KEEPSAKE_REDIS_URL"));
        }
        all.addAll(List.of(settings));
        return new SpringApplicationBuilder(KeepsakeServer.class).run(all.toArray(String[]::new));
    }

    public static int portOf(ConfigurableApplicationContext server) {
        return server.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }
}
