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

/** Hears of medication that is added or corrected, and brings open reconciliations to it ({@link Reconciliations}). */
@Component
final class MedicationWatcher implements ChangeListener {

    private final Reconciliations reconciliations;

    MedicationWatcher(Reconciliations reconciliations) {
        this.reconciliations = reconciliations;
    }

    @Override
    public Set<String> types() {
        return Set.of("MedicationRequest", "MedicationStatement", "MedicationAdministration");
    }

    @Override
    public boolean wants(String type, byte[] json) {
        String patient = JsonBytes.patient(json);
        return patient == null || reconciliations.mayConcern(patient);
    }

    @Override
    public void changed(ResourceChanged change) {
        Stream.of(change.before(), change.after())
                .filter(Objects::nonNull)
                .map(MedicationWatcher::patient)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new))
                .forEach(reconciliations::refresh);
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
