package io.github.throughcare.care.transition;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.RiskAssessment;

/** Which of a stay's RiskAssessments say how it is now: of each index the one that was made last. A pure function. */
final class LatestRisks {

    private LatestRisks() {}

    /** @param assessments of one stay, in any order; those entered in error or cancelled tell nothing */
    static List<RiskAssessment> of(Collection<RiskAssessment> assessments) {
        Map<String, RiskAssessment> byId = new HashMap<>();
        assessments.forEach(a -> byId.put(a.getIdElement().getIdPart(), a));
        return StayRisk.latest(byId.values().stream().map(StayRisk::of).toList()).stream()
                .map(r -> byId.get(r.id()))
                .toList();
    }
}
