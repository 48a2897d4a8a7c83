package io.github.throughcare.care.careplan;

import io.github.throughcare.care.ConcernedPatients;
import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.care.Tokens;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hl7.fhir.r4.model.CarePlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Who has a plan: news of discharges would wait while much is loaded, if the store were asked of each admission, diagnosis and medicine.
 * Read in the background when it is first asked.
 */
@Component
final class PlannedPatients extends ConcernedPatients {

    private static final Logger LOG = LoggerFactory.getLogger(PlannedPatients.class);
    /** More are not remembered: some ten megabytes. */
    private static final int MOST = 200_000;

    private static final byte[] CATEGORY = ('"' + PlanDraft.CATEGORY + '"').getBytes(StandardCharsets.US_ASCII);

    private final Resources resources;
    private final AtomicBoolean begun = new AtomicBoolean();

    PlannedPatients(Resources resources) {
        super("CarePlan", MOST, json -> JsonBytes.contain(json, CATEGORY));
        this.resources = resources;
    }

    @Override
    public boolean mayBeOf(byte[] json) {
        if (!isReady() && begun.compareAndSet(false, true)) {
            Thread reader = new Thread(this::read, "planned-patients");
            reader.setDaemon(true);
            reader.start();
        }
        return super.mayBeOf(json);
    }

    /** What is committed meanwhile is heard too. */
    void read() {
        try {
            resources.each(
                    CarePlan.class,
                    "category=" + Tokens.of(PlanDraft.CATEGORY_SYSTEM, PlanDraft.CATEGORY),
                    Visibility.everything(),
                    page -> page.stream()
                            .map(plan -> plan.getSubject().getReferenceElement().getIdPart())
                            .filter(Objects::nonNull)
                            .forEach(this::remember));
            ready();
        } catch (RuntimeException e) {
            LOG.warn("Who has a plan is read again later: {}", e.toString());
            begun.set(false);
        }
    }
}
