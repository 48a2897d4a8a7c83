package io.github.throughcare.care.risk;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterParticipantComponent;

/**
 * Whether the patient is discharged from an oncology service: by {@code Encounter.serviceType} of the last Encounter of the stay,
 * by the type of its serviceProvider, or by the specialty of the PractitionerRole who attends or discharges. Where none tells,
 * it is unknown.
 */
final class OncologyService {

    static final String CODE = "oncology";
    /** v3 ParticipationType: attender, discharger, primary performer. */
    private static final Set<String> RESPONSIBLE = Set.of("ATND", "DIS", "PPRF");

    private OncologyService() {}

    static Finding find(StayRecord record, RiskTables tables) {
        Encounter last = record.stay().last();
        String itself = StayRecord.reference(last);
        Optional<Finding> byType = tell(Stream.of(last.getServiceType()).toList(), List.of(itself), tables);
        if (byType.isPresent()) {
            return byType.get();
        }
        String provider =
                reference(last.getServiceProvider().getReferenceElement().getIdPart(), "Organization");
        if (specialties(record, provider).anyMatch(s -> RiskTables.any(s, tables.oncology()))) {
            return Finding.known(CODE, true, List.of(itself, provider));
        }
        List<String> roles = last.getParticipant().stream()
                .filter(OncologyService::responsible)
                .filter(p -> "PractitionerRole"
                        .equals(p.getIndividual().getReferenceElement().getResourceType()))
                .map(p -> reference(p.getIndividual().getReferenceElement().getIdPart(), "PractitionerRole"))
                .toList();
        return tell(
                        roles.stream().flatMap(r -> specialties(record, r)).toList(),
                        Stream.concat(Stream.of(itself), roles.stream()).toList(),
                        tables)
                .orElseGet(() -> Finding.yesOrNo(
                        CODE, "nothing tells the service (Encounter.serviceType, or a PractitionerRole's specialty)"));
    }

    private static Optional<Finding> tell(List<CodeableConcept> services, List<String> evidence, RiskTables tables) {
        return services.stream().anyMatch(CodeableConcept::hasCoding)
                ? Optional.of(Finding.known(
                        CODE, services.stream().anyMatch(s -> RiskTables.any(s, tables.oncology())), evidence))
                : Optional.empty();
    }

    private static boolean responsible(EncounterParticipantComponent participant) {
        return !participant.hasType()
                || participant.getType().stream()
                        .flatMap(t -> t.getCoding().stream())
                        .anyMatch(c -> RESPONSIBLE.contains(c.getCode()));
    }

    private static Stream<CodeableConcept> specialties(StayRecord record, String reference) {
        return record.specialties().getOrDefault(reference, List.of()).stream();
    }

    private static String reference(String id, String type) {
        return type + "/" + id;
    }
}
