package io.github.throughcare.care.risk;

import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Encounter;

/**
 * Hospital admissions that began in the twelve months before this one, {@code [admission - 12 months, admission)}. A stay with
 * transfers is one admission; the stay itself is none of them.
 */
final class PriorAdmissions {

    static final String CODE = "admissions";
    private static final int MONTHS = 12;

    private PriorAdmissions() {}

    static Finding find(StayRecord record, RiskPolicy policy, RiskTables tables) {
        Moment admitted = record.stay().start();
        if (admitted == null) {
            return Finding.unknown(CODE, "without a start of the stay there is no window for earlier admissions");
        }
        Set<String> stay = record.stay().ids();
        List<Encounter> others =
                Stay.happened(record.encounters(), tables.inpatient(), policy.asOf(), policy.zone()).stream()
                        .filter(e -> !stay.contains(Linked.id(e)))
                        .toList();
        List<Set<Encounter>> admissions = Stay.chains(others, policy.asOf(), policy.zone()).stream()
                .filter(a -> EmergencyVisits.beganIn(a, admitted.from().minusMonths(MONTHS), admitted.from(), policy))
                .toList();
        Finding found = Finding.atLeast(
                CODE,
                admissions.size(),
                StayRecord.references(admissions.stream().flatMap(Set::stream)),
                "admissions elsewhere may be missing from the record");
        return policy.completeUtilization() ? EmergencyVisits.assumed(found, admissions.size()) : found;
    }
}
