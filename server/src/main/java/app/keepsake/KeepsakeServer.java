package app.keepsake;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The server: the API, ingest, metadata and administration. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class KeepsakeServer {

    public static void main(String[] args) {
        SpringApplication.run(KeepsakeServer.class, args);
    }
}
