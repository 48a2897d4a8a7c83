package io.github.throughcare.care.risk;

import io.github.throughcare.care.Ig;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.Flag.FlagStatus;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;

/**
 * The Flag {@code flag-kind|readmission-risk} of a stay: one per Encounter, active while a band is high. Its period begins when
 * the risk was first seen and ends when it was no longer.
 */
final class RiskFlag {

    static final String KIND = "readmission-risk";
    static final String HIGH = "high";

    private RiskFlag() {}

    static String id(Stay stay) {
        return RiskAssessments.id("Flag", Linked.id(stay.index()), KIND);
    }

    /**
     * The Flag as it should be now.
     *
     * @param stored the Flag as stored, null when there is none
     * @return the stored one itself when nothing changes; empty when there is none and none is needed
     */
    static Optional<Flag> of(List<Score> scores, Stay stay, RiskPolicy policy, @Nullable Flag stored) {
        boolean high = scores.stream().anyMatch(s -> s.band().equals(HIGH));
        boolean active = stored != null && stored.getStatus() == FlagStatus.ACTIVE;
        if (high == active) {
            return Optional.ofNullable(stored);
        }
        if (high) {
            return Optional.of(opened(stay, policy));
        }
        return Optional.of(closed(stored, policy.asOf(), policy.zone()));
    }

    static Flag closed(Flag stored, Instant at, ZoneId zone) {
        Flag closed = stored.copy();
        closed.setStatus(FlagStatus.INACTIVE);
        Instant opened = stored.getPeriod().getStart() == null
                ? at
                : stored.getPeriod().getStart().toInstant();
        closed.getPeriod().setEndElement(RiskAssessments.time(at.isBefore(opened) ? opened : at, zone));
        return closed;
    }

    private static Flag opened(Stay stay, RiskPolicy policy) {
        Flag flag = new Flag();
        flag.setId(id(stay));
        flag.setStatus(FlagStatus.ACTIVE);
        flag.addCategory()
                .addCoding(new Coding("http://terminology.hl7.org/CodeSystem/flag-category", "clinical", "Clinical"));
        flag.setCode(new CodeableConcept()
                .addCoding(new Coding().setSystem(Ig.FLAG_KIND).setCode(KIND))
                .setText("High risk of readmission"));
        flag.setSubject(new Reference("Patient/" + stay.patient()));
        flag.setEncounter(new Reference("Encounter/" + Linked.id(stay.index())));
        flag.getPeriod().setStartElement(RiskAssessments.time(policy.asOf(), policy.zone()));
        return flag;
    }
}
