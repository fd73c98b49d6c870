package app.keepsake;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The server: the API, ingest, metadata and administration. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class KeepsakeServer {

    public static void main(String[] args) {
        application().run(args);
    }

    static SpringApplication application() {
        var application = new SpringApplication(KeepsakeServer.class);
        application.addInitializers(new Startup());
        return application;
    }
}
