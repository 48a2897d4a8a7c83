package io.github.throughcare.care.transition;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.CommitListener;
import java.time.Clock;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.ListResource;
import org.hl7.fhir.r4.model.ListResource.ListStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.springframework.stereotype.Component;

/**
 * The Lists of medication reconciliation: as long as the Task is open and the List current, it follows the record. Whose medication that
 * concerns is kept in memory, since most medication is written of others: says yes too often, never no too often. Thread-safe.
 */
@Component
final class Reconciliations implements CommitListener {

    /** Task of a discharge in these days; an older one is not opened again. */
    private static final int LATELY_DAYS = 120;

    private static final String CODE = "code=" + Ig.TASK_KIND + "|" + TaskKind.RECONCILIATION.code;

    private final StoredTransition store;
    private final MedicationReader medications;
    private final ZoneId zone;
    private final Clock clock;
    private final Set<String> patients = ConcurrentHashMap.newKeySet();
    private volatile boolean ready;
    private volatile boolean accompanied;

    Reconciliations(StoredTransition store, MedicationReader medications, CareSettings settings, Clock clock) {
        this.store = store;
        this.medications = medications;
        this.zone = settings.zoneId();
        this.clock = clock;
    }

    @Override
    public Set<String> types() {
        return Set.of();
    }

    @Override
    public void committed(Collection<String> resources) {
        // it hears of company only
    }

    /** Another process may start a reconciliation that this one does not know of. */
    @Override
    public void accompanied(boolean others) {
        if (others) {
            accompanied = true;
        }
    }

    /** Reads whose medication matters, after the start. */
    void load() {
        String since = clock.instant().minus(LATELY_DAYS, ChronoUnit.DAYS).toString();
        store.search(Task.class, CODE.replace("|", "%7C") + "&_lastUpdated=ge" + StoredTransition.encode(since))
                .forEach(t -> remember(id(t.getFor())));
        ready = true;
    }

    /** A reconciliation begins; told before what it compares is read. */
    void remember(String patient) {
        patients.add(patient);
    }

    /** Without a look at the store: no only when it is known to be no. */
    boolean mayConcern(String patient) {
        return !ready || accompanied || patients.contains(patient);
    }

    /** Brings the Lists of a patient's open reconciliations to what the record says now. */
    void refresh(String patient) {
        store.openTasks(patient).stream()
                .filter(TaskKind.RECONCILIATION::is)
                .map(t -> id(t.getEncounter()))
                .forEach(stay -> store.store(() -> refreshed(stay)));
    }

    private List<ListResource> refreshed(String stay) {
        Encounter encounter = store.read(Encounter.class, stay);
        ListResource list = store.read(ListResource.class, MedicationComparison.id(stay));
        if (list == null || list.getStatus() != ListStatus.CURRENT) {
            return List.of();
        }
        return Discharge.of(encounter, store.codes(), zone)
                .map(d -> medications.compare(encounter, d, new TransitionTasks(clock.instant(), zone)))
                .flatMap(fresh -> MedicationComparison.refreshed(list, fresh))
                .stream()
                .toList();
    }

    private static String id(Reference reference) {
        return String.valueOf(reference.getReferenceElement().getIdPart());
    }
}
