package io.github.throughcare.care.risk;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.ListResource;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Procedure;
import org.hl7.fhir.r4.model.Resource;

/**
 * All that a stay is scored from. The lists may hold more than counts, in any order: which resource counts, and as of when, is
 * for the findings to say.
 *
 * @param encounters the patient's stays in hospital and emergency visits
 * @param specialties relative reference of a PractitionerRole or Organization to its specialties or types
 */
record StayRecord(
        Stay stay,
        List<Encounter> encounters,
        List<Condition> conditions,
        List<ListResource> problemLists,
        List<Observation> observations,
        List<Procedure> procedures,
        Map<String, List<CodeableConcept>> specialties) {

    static final String EMERGENCY = "EMER";

    /** Emergency visits that had begun by then, each with all Encounters that tell of it. */
    List<Set<Encounter>> emergencyVisits(RiskPolicy policy) {
        return Linked.groups(
                Stay.happened(encounters, Set.of(EMERGENCY), policy.asOf(), policy.zone()), Linked::sameVisit);
    }

    /**
     * Whether an emergency visit led to the stay: it is part of the same visit, or it ended not more than 24 hours before the
     * stay began.
     */
    boolean ledHere(Set<Encounter> visit, RiskPolicy policy) {
        return visit.stream()
                .anyMatch(
                        e -> stay.chain().stream().anyMatch(s -> Linked.sameVisit(e, s)) || endedJustBefore(e, policy));
    }

    private boolean endedJustBefore(Encounter visit, RiskPolicy policy) {
        Moment admitted = stay.start();
        Moment began = Stay.start(visit, policy.zone()).orElse(null);
        if (admitted == null || began == null || began.from().isAfter(admitted.until())) {
            return false;
        }
        Moment ended = Stay.end(visit, policy.zone()).orElse(began);
        return !ended.until().isBefore(admitted.from().minusHours(24));
    }

    static String reference(Resource resource) {
        return resource.fhirType() + "/" + resource.getIdElement().getIdPart();
    }

    static List<String> references(Stream<? extends Resource> resources) {
        return resources.map(StayRecord::reference).toList();
    }
}
