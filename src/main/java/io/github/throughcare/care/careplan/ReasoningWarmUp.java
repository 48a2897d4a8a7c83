package io.github.throughcare.care.careplan;

import io.github.throughcare.care.WarmUp;
import io.github.throughcare.fhir.Visibility;
import java.time.Duration;
import org.hl7.fhir.r4.model.Patient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Asks every programme once about a patient who is nobody: the first use of the clinical-reasoning library costs seconds (more where the
 * CQL is not compiled with the jar, as when run from the sources), and no user should be the one to wait for it. One programme after
 * the other; while somebody else plans it stands aside, since what they need comes first and warms up the same.
 */
@Component
@Order(2)
final class ReasoningWarmUp implements WarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(ReasoningWarmUp.class);
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final long LOOK_MILLIS = 250;
    /** Looks in all, a minute: where somebody plans all the time it is warm without this. */
    private static final int MOST_LOOKS = 240;

    private final Programmes programmes;
    private final ClinicalReasoning reasoning;
    private int looks;

    ReasoningWarmUp(Programmes programmes, ClinicalReasoning reasoning) {
        this.programmes = programmes;
        this.reasoning = reasoning;
    }

    /** What fails here will fail, and be told, when somebody asks. */
    @Override
    public void run() throws InterruptedException {
        Patient nobody = new Patient();
        nobody.setId("Patient/nobody");
        standAside();
        PatientReasoning about = reasoning.about(nobody, Visibility.everything());
        for (Programme programme : programmes.active()) {
            standAside();
            try {
                about.unmetConditions(programme);
                about.apply(programme, ApplyContext.NONE);
            } catch (RuntimeException e) {
                LOG.warn("{} cannot be evaluated: {}", programme.url(), e.getMessage());
            }
        }
    }

    private void standAside() throws InterruptedException {
        while (!reasoning.isQuietFor(QUIET) && looks++ < MOST_LOOKS) {
            Thread.sleep(LOOK_MILLIS);
        }
    }
}
