package io.github.throughcare.care.risk;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Encounter;

/**
 * Whether the admission was acute: by {@code Encounter.priority}, else by {@code hospitalization.admitSource}, else by an
 * emergency visit that led to it. Where all are silent it is unknown, not elective. Of a stay with transfers the earliest
 * Encounter that tells decides: it is the admission.
 */
final class AdmissionType {

    static final String ACUITY = "acuity";
    static final String INDEX_TYPE = "index-type";

    private AdmissionType() {}

    static Finding find(StayRecord record, RiskPolicy policy, RiskTables tables) {
        List<Encounter> chain = record.stay().chain();
        for (Encounter encounter : chain) {
            List<String> evidence = List.of(StayRecord.reference(encounter));
            CodeableConcept priority = encounter.getPriority();
            if (RiskTables.any(priority, tables.acute())) {
                return Finding.known(ACUITY, true, evidence);
            }
            if (RiskTables.any(priority, tables.elective())) {
                return Finding.known(ACUITY, false, evidence);
            }
            if (RiskTables.any(encounter.getHospitalization().getAdmitSource(), tables.acute())) {
                return Finding.known(ACUITY, true, evidence);
            }
            if (encounter.getClassHistory().stream()
                    .anyMatch(h -> StayRecord.EMERGENCY.equals(h.getClass_().getCode()))) {
                return Finding.known(ACUITY, true, evidence);
            }
            if (encounter == chain.get(0)) {
                List<String> led = record.emergencyVisits(policy).stream()
                        .filter(visit -> record.ledHere(visit, policy))
                        .flatMap(Set::stream)
                        .map(StayRecord::reference)
                        .toList();
                if (!led.isEmpty()) {
                    return Finding.known(
                            ACUITY,
                            true,
                            Stream.concat(evidence.stream(), led.stream()).toList());
                }
            }
        }
        return Finding.yesOrNo(
                ACUITY,
                "nothing tells whether the admission was acute (Encounter.priority, hospitalization.admitSource, an emergency visit)");
    }
}
