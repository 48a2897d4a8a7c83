package io.github.throughcare.care.careplan;

import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.care.Tokens;
import io.github.throughcare.fhir.CommitListener;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hl7.fhir.r4.model.CarePlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Who has a plan, kept in memory: most admissions, diagnoses and medicines are of others, and asking the store of each would keep news of
 * discharges waiting while much is loaded. Read in the background when it is first asked; until then, and where there are very many, it may
 * be anybody. Says yes too often, never no too often. Thread-safe.
 */
@Component
final class PlannedPatients implements CommitListener {

    private static final Logger LOG = LoggerFactory.getLogger(PlannedPatients.class);
    /** More are not remembered: some ten megabytes. */
    private static final int MOST = 200_000;

    private static final byte[] CATEGORY = ('"' + PlanDraft.CATEGORY + '"').getBytes(StandardCharsets.US_ASCII);

    private final Resources resources;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final Set<String> patients = ConcurrentHashMap.newKeySet();
    private volatile boolean ready;
    private volatile boolean accompanied;

    PlannedPatients(Resources resources) {
        this.resources = resources;
    }

    @Override
    public Set<String> types() {
        return Set.of("CarePlan");
    }

    @Override
    public void committed(Collection<String> references) {
        // only of other processes, and while there are any it says yes to all
    }

    @Override
    public void written(Collection<Written> plans) {
        for (Written plan : plans) {
            byte[] json = plan.json();
            if (json != null && JsonBytes.contain(json, CATEGORY) && patients.size() <= MOST) {
                patients.addAll(JsonBytes.patients(json));
            }
        }
    }

    @Override
    public void accompanied(boolean others) {
        if (others) {
            accompanied = true;
        }
    }

    /** Whether stored JSON may be about somebody with a plan; without a look at the store. */
    boolean mayBeOf(byte[] json) {
        if (!ready && begun.compareAndSet(false, true)) {
            Thread reader = new Thread(this::read, "planned-patients");
            reader.setDaemon(true);
            reader.start();
        }
        return !ready || accompanied || patients.size() > MOST || JsonBytes.mayBeOf(json, patients::contains);
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
                            .filter(patient -> patient != null && patients.size() <= MOST)
                            .forEach(patients::add));
            ready = true;
        } catch (RuntimeException e) {
            LOG.warn("Who has a plan is read again later: {}", e.toString());
            begun.set(false);
        }
    }
}
