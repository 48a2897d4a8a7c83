package io.github.throughcare.care.outreach;

import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import java.util.List;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

/**
 * Whom to look for. All criteria must hold; a token may name several codes with commas, of which one must hold.
 *
 * @param conditions tokens of open Conditions
 * @param needs tokens of open needs: code or category of a Condition
 * @param risk band of the latest RiskAssessment of any index
 * @param minAdmissions inpatient stays begun in the last twelve months
 */
record CaseCriteria(
        List<String> conditions,
        List<String> needs,
        @Nullable String risk,
        @Nullable Integer minAdmissions,
        boolean withoutActiveCase) {

    /** @throws Problem 400 when nothing says whom to look for */
    static CaseCriteria of(OperationCall call) {
        CaseCriteria criteria = new CaseCriteria(
                call.values("condition", StringType.class).stream()
                        .map(StringType::getValue)
                        .toList(),
                call.values("need", StringType.class).stream()
                        .map(StringType::getValue)
                        .toList(),
                call.value("risk", CodeType.class)
                        .map(CodeType::getValue)
                        .or(() -> call.value("risk", StringType.class).map(StringType::getValue))
                        .orElse(null),
                call.value("minAdmissions", IntegerType.class)
                        .map(IntegerType::getValue)
                        .orElse(null),
                call.flag("withoutActiveCase"));
        if (criteria.conditions.isEmpty()
                && criteria.needs.isEmpty()
                && criteria.risk == null
                && criteria.minAdmissions == null) {
            throw Problem.malformed(
                    "Say whom to look for: condition, need, risk or minAdmissions; withoutActiveCase only narrows them",
                    "Parameters");
        }
        if (criteria.minAdmissions != null && criteria.minAdmissions < 1) {
            throw Problem.malformed("minAdmissions is at least 1, not " + criteria.minAdmissions, "minAdmissions");
        }
        return criteria;
    }
}
