package io.github.throughcare.demo;

import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import org.hl7.fhir.r4.model.Patient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Loads the demo patients into an empty store before the first request is taken. {@code THROUGHCARE_DEMO}: {@code true} or {@code false};
 * unset it is true for the embedded database and false for an external one. A store that has any patient is left alone.
 */
@Component
final class DemoStart implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(DemoStart.class);

    private final DemoData data;
    private final Resources resources;
    private final boolean wanted;
    private boolean running;

    DemoStart(
            DemoData data,
            Resources resources,
            @Value("${throughcare.demo:}") String demo,
            @Value("${throughcare.storage.url:}") String externalDatabase) {
        this.data = data;
        this.resources = resources;
        this.wanted = demo.isBlank() ? externalDatabase.isBlank() : Boolean.parseBoolean(demo.trim());
    }

    @Override
    public void start() {
        running = true;
        if (wanted && resources.count(Patient.class, "", Visibility.everything()) == 0) {
            LOG.info("Demo: {} stories loaded into the empty store", data.load());
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After the definitions, before the web server. */
    @Override
    public int getPhase() {
        return 10;
    }
}
