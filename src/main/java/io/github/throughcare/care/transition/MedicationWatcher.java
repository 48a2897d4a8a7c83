package io.github.throughcare.care.transition;

import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.ResourceChanged;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.MedicationAdministration;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationStatement;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Hears of medication that is added or corrected, and of a Medication that is corrected alone while orders refer to it, and brings open
 * reconciliations to it ({@link Reconciliations}).
 */
@Component
final class MedicationWatcher implements ChangeListener {

    private static final String MEDICATION = "Medication";

    private final StoredTransition store;
    private final Reconciliations reconciliations;
    private final PatientsInTransition patients;

    MedicationWatcher(StoredTransition store, Reconciliations reconciliations, PatientsInTransition patients) {
        this.store = store;
        this.reconciliations = reconciliations;
        this.patients = patients;
    }

    @Override
    public Set<String> types() {
        return Set.of("MedicationRequest", "MedicationStatement", "MedicationAdministration", MEDICATION);
    }

    /** The first version of a Medication is seldom later than the orders that refer to it; then somebody has to be concerned. */
    @Override
    public boolean wants(String type, byte[] json) {
        return type.equals(MEDICATION)
                ? !JsonBytes.isFirst(json) || !patients.isNobody()
                : JsonBytes.mayBeOf(json, patients::mayBe);
    }

    @Override
    public void changed(ResourceChanged change) {
        (change.type().equals(MEDICATION)
                        ? referring(change.id())
                        : Stream.of(change.before(), change.after()).filter(Objects::nonNull))
                .map(MedicationWatcher::patient)
                .filter(Objects::nonNull)
                .filter(patients::mayBe)
                .collect(Collectors.toCollection(TreeSet::new))
                .forEach(reconciliations::refresh);
    }

    /** All orders, statements and administrations of a Medication. */
    private Stream<Resource> referring(String medication) {
        String query = "medication=Medication%2F" + StoredTransition.encode(medication);
        return Stream.of(
                        store.search(MedicationRequest.class, query),
                        store.search(MedicationStatement.class, query),
                        store.search(MedicationAdministration.class, query))
                .flatMap(found -> found.stream());
    }

    private static @Nullable String patient(Resource resource) {
        Reference subject = switch (resource.fhirType()) {
            case "MedicationRequest" -> ((MedicationRequest) resource).getSubject();
            case "MedicationStatement" -> ((MedicationStatement) resource).getSubject();
            default -> ((MedicationAdministration) resource).getSubject();
        };
        return subject.getReferenceElement().getIdPart();
    }
}
