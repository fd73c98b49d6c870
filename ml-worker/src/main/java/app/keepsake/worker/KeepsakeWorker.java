package app.keepsake.worker;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The worker: pixels, frames and models, far from the server's process. It answers no client. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class KeepsakeWorker {

    public static void main(String[] args) {
        SpringApplication.run(KeepsakeWorker.class, args);
    }
}
