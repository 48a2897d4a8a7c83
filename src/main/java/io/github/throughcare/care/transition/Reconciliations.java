package io.github.throughcare.care.transition;

import io.github.throughcare.care.CareSettings;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.ListResource;
import org.hl7.fhir.r4.model.ListResource.ListStatus;
import org.hl7.fhir.r4.model.Reference;
import org.springframework.stereotype.Component;

/** The Lists of medication reconciliation: as long as the Task is open and the List current, it follows the record. Thread-safe. */
@Component
final class Reconciliations {

    private final StoredTransition store;
    private final MedicationReader medications;
    private final ZoneId zone;
    private final Clock clock;

    Reconciliations(StoredTransition store, MedicationReader medications, CareSettings settings, Clock clock) {
        this.store = store;
        this.medications = medications;
        this.zone = settings.zoneId();
        this.clock = clock;
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
