package io.github.throughcare;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the server. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ThroughcareApplication {

    public static void main(String[] args) {
        SpringApplication.run(ThroughcareApplication.class, args);
    }
}
