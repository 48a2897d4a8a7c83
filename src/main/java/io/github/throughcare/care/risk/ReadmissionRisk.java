package io.github.throughcare.care.risk;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The scores of a stay, as a pure function of what was read. Of each item it is said what is known; what is missing makes the
 * score a range, never a zero.
 */
final class ReadmissionRisk {

    private ReadmissionRisk() {}

    /** Everything that the published indices read. */
    static List<Finding> findings(StayRecord record, RiskPolicy policy, RiskTables tables) {
        return findings(record, policy, tables, new Comorbidity(record, policy, tables.comorbidities()));
    }

    private static List<Finding> findings(
            StayRecord record, RiskPolicy policy, RiskTables tables, Comorbidity comorbidity) {
        Finding acuity = AdmissionType.find(record, policy, tables);
        Finding oncology = OncologyService.find(record, tables);
        List<Finding> findings = new ArrayList<>(List.of(
                LengthOfStay.find(record, policy),
                acuity,
                comorbidity.find(),
                EmergencyVisits.find(record, policy),
                oncology,
                ProcedureInStay.find(record, policy),
                acuity.as(AdmissionType.INDEX_TYPE),
                PriorAdmissions.find(record, policy, tables)));
        tables.laboratory().forEach(l -> findings.add(LastResult.find(record, policy, l)));
        return findings;
    }

    /** LACE, HOSPITAL with the policy's cut points, simplified HOSPITAL. */
    static List<Score> scores(StayRecord record, RiskPolicy policy, RiskTables tables) {
        Comorbidity comorbidity = new Comorbidity(record, policy, tables.comorbidities());
        List<Finding> findings = findings(record, policy, tables, comorbidity);
        Finding oncology = findings.stream()
                .filter(f -> f.code().equals(OncologyService.CODE))
                .findFirst()
                .orElseThrow();
        List<Finding> simplified = new ArrayList<>(findings);
        simplified.remove(oncology);
        simplified.add(either(comorbidity.cancer(OncologyService.CODE), oncology));
        return List.of(
                tables.lace().score(findings),
                tables.hospital().get(policy.hospitalAdmissions()).score(findings),
                tables.simplified().score(simplified));
    }

    /** Yes when one is; no only when both are; else unknown. */
    private static Finding either(Finding first, Finding second) {
        if (first.yes() || second.yes()) {
            return first.yes() ? first : second;
        }
        List<String> evidence =
                Stream.of(first, second).flatMap(f -> f.evidence().stream()).toList();
        if (first.no() && second.no()) {
            Finding no = Finding.known(first.code(), false, evidence);
            return first.certainty() == Certainty.ASSUMED || second.certainty() == Certainty.ASSUMED
                    ? no.assumed()
                    : no;
        }
        return Finding.yesOrNo(
                first.code(),
                Stream.of(first, second)
                        .filter(f -> !f.settled())
                        .map(Finding::missing)
                        .reduce((a, b) -> a + "; " + b)
                        .orElseThrow());
    }
}
