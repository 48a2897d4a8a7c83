package io.github.throughcare.fhir.rest;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.stereotype.Component;

/** Says where to go when the server is ready. */
@Component
final class Greeting implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(Greeting.class);

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        String port = event.getApplicationContext().getEnvironment().getProperty("local.server.port");
        Duration taken = event.getTimeTaken();
        LOG.info(
                "Throughcare is ready after {} s: http://127.0.0.1:{}/fhir (start with /fhir/metadata or /fhir/Patient), health at /actuator/health",
                taken == null ? "?" : taken.toMillis() / 1000.0,
                port);
    }
}
