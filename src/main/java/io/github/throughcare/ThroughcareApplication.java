package io.github.throughcare;

import java.security.CodeSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the server. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ThroughcareApplication {

    /** Whether Spring takes the bean definitions that the build compiled into the jar, instead of reading annotations. */
    private static final String AOT = "spring.aot.enabled";

    public static void main(String[] args) {
        if (System.getProperty(AOT) == null && runsFromJar()) {
            System.setProperty(AOT, "true");
        }
        SpringApplication.run(ThroughcareApplication.class, args);
    }

    /** Only a jar is sure to hold what belongs to its classes; a folder may hold what an earlier build left. */
    private static boolean runsFromJar() {
        CodeSource source = ThroughcareApplication.class.getProtectionDomain().getCodeSource();
        return source != null && source.getLocation().getPath().endsWith(".jar");
    }
}
