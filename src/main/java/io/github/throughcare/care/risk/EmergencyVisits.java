package io.github.throughcare.care.risk;

import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Encounter;

/**
 * Emergency visits that began in the six months before admission, {@code [admission - 6 months, admission)}; the one that led
 * to the stay is not among them. Encounters that are parts of one visit, or carry one identifier, count once.
 */
final class EmergencyVisits {

    static final String CODE = "emergency-visits";
    private static final int MONTHS = 6;

    private EmergencyVisits() {}

    static Finding find(StayRecord record, RiskPolicy policy) {
        Moment admitted = record.stay().start();
        if (admitted == null) {
            return Finding.unknown(CODE, "without a start of the stay there is no window for emergency visits");
        }
        List<Set<Encounter>> visits = record.emergencyVisits(policy).stream()
                .filter(visit -> !record.ledHere(visit, policy))
                .filter(visit -> beganIn(visit, admitted.from().minusMonths(MONTHS), admitted.from(), policy))
                .toList();
        Finding found = Finding.atLeast(
                CODE,
                visits.size(),
                StayRecord.references(visits.stream().flatMap(Set::stream)),
                "emergency visits elsewhere may be missing from the record");
        return policy.completeUtilization() ? assumed(found, visits.size()) : found;
    }

    /** Whether the earliest start of a visit is recorded and lies in the window. */
    static boolean beganIn(Set<Encounter> visit, ZonedDateTime first, ZonedDateTime end, RiskPolicy policy) {
        return visit.stream()
                .flatMap(e -> Stay.start(e, policy.zone()).stream())
                .min(Moment::compareTo)
                .filter(start -> start.within(first, end))
                .isPresent();
    }

    /** A count that the caller's policy declares to be complete. */
    static Finding assumed(Finding found, int count) {
        return Finding.known(found.code(), count, found.evidence()).assumed();
    }
}
