package io.github.throughcare.care.risk;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Encounter;

/**
 * What followed a discharge within 30 days. As CMS counts (hospital-wide readmission measure), the first stay that follows decides: when it
 * was planned, nothing that comes after it counts. Planned is, by rule, an admission whose priority is elective. A transfer is no
 * discharge, and who died in hospital cannot come back: such stays are left out.
 */
enum Readmission {
    NONE,
    UNPLANNED,
    PLANNED,
    /** No discharge into the community whose 30 days are over. */
    EXCLUDED;

    static final int DAYS = 30;

    /**
     * What followed the stay.
     *
     * @param others the patient's Encounters, any order
     * @param now later than this nothing is known
     */
    static Readmission after(
            Stay stay, Collection<Encounter> others, RiskPolicy policy, RiskTables tables, Instant now) {
        Moment end = stay.end();
        boolean died = stay.chain().stream()
                .anyMatch(e -> RiskTables.any(e.getHospitalization().getDischargeDisposition(), tables.death()));
        if (end == null || stay.open() || died) {
            return EXCLUDED;
        }
        Set<String> own = stay.ids();
        ZonedDateTime left = end.until();
        List<Encounter> next = Stay.happened(others, tables.inpatient(), now, policy.zone()).stream()
                .filter(e -> !own.contains(Linked.id(e)))
                .filter(e -> Stay.start(e, policy.zone())
                        .filter(s -> !s.until().isBefore(end.from()) && s.from().isBefore(left.plusDays(DAYS)))
                        .isPresent())
                .sorted(Comparator.comparing(
                        (Encounter e) -> Stay.start(e, policy.zone()).orElseThrow()))
                .toList();
        if (next.isEmpty()) {
            return left.plusDays(DAYS).toInstant().isAfter(now) ? EXCLUDED : NONE;
        }
        return RiskTables.any(next.get(0).getPriority(), tables.elective()) ? PLANNED : UNPLANNED;
    }
}
