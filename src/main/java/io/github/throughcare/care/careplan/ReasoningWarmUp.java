package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.Visibility;
import java.util.List;
import org.hl7.fhir.r4.model.Patient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.stereotype.Component;

/**
 * Uses the CQL of all programmes after the start, in a thread that gives way to everything else: the first use of the library
 * costs seconds (more where the CQL is not compiled with the jar, as when run from the sources), and no user should be the one to
 * wait for it.
 */
@Component
final class ReasoningWarmUp implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(ReasoningWarmUp.class);

    private final Programmes programmes;
    private final ClinicalReasoning reasoning;

    ReasoningWarmUp(Programmes programmes, ClinicalReasoning reasoning) {
        this.programmes = programmes;
        this.reasoning = reasoning;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        Thread thread = new Thread(
                () -> {
                    warmUp();
                    HeapTrim.run();
                },
                "care-plan-warm-up");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        thread.start();
    }

    /** Asks every programme about a patient who is nobody. What fails here will fail, and be told, when somebody asks. */
    void warmUp() {
        Patient nobody = new Patient();
        nobody.setId("Patient/nobody");
        PatientReasoning about = reasoning.about(nobody, Visibility.everything());
        List<Programme> all = programmes.active();
        for (Programme programme : all) {
            try {
                about.unmetConditions(programme);
                about.apply(programme, ApplyContext.NONE);
            } catch (RuntimeException e) {
                LOG.warn("{} cannot be evaluated: {}", programme.url(), e.getMessage());
            }
        }
    }
}
