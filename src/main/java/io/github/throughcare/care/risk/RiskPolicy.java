package io.github.throughcare.care.risk;

import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.StringType;

/**
 * How to reckon.
 *
 * @param asOf reckon with what was on record by then
 * @param zone the facility's time zone
 * @param completeUtilization encounters and procedures that are not on record did not happen
 * @param completeProblems diagnoses that are not on record do not exist
 * @param inclusive the days of admission and of discharge both count
 * @param hospitalAdmissions cut points of the HOSPITAL score's admissions item, {@code 2016} or {@code 2013}
 */
record RiskPolicy(
        Instant asOf,
        ZoneId zone,
        boolean completeUtilization,
        boolean completeProblems,
        boolean inclusive,
        String hospitalAdmissions) {

    private static final String RISK_POLICY = Ig.extension("risk-policy");

    /** Nothing assumed, exclusive length of stay, cut points of 2016. */
    static RiskPolicy standard(Instant asOf, ZoneId zone) {
        return new RiskPolicy(asOf, zone, false, false, false, "2016");
    }

    /**
     * Reads the operations' parameters.
     *
     * @throws Problem 400 for an unknown code
     */
    static RiskPolicy of(OperationCall call, Instant now, ZoneId zone) {
        Instant asOf = call.value("asOf", BaseDateTimeType.class)
                .flatMap(t -> Moment.of(t, zone))
                .map(m -> m.until().toInstant())
                .orElse(now);
        return new RiskPolicy(
                asOf,
                zone,
                call.flag("assumeCompleteUtilization"),
                call.flag("assumeCompleteProblems"),
                oneOf(call, "losPolicy", "exclusive", "inclusive").equals("inclusive"),
                oneOf(call, "hospitalAdmissions", "2016", "2013"));
    }

    /** The policy that an assessment was reckoned with, for another time. */
    static RiskPolicy like(RiskAssessment assessment, Instant asOf, ZoneId zone) {
        Extension policy = assessment.getExtensionByUrl(RISK_POLICY);
        if (policy == null) {
            return standard(asOf, zone);
        }
        return new RiskPolicy(
                asOf,
                zone,
                "true".equals(part(policy, "assumeCompleteUtilization")),
                "true".equals(part(policy, "assumeCompleteProblems")),
                "inclusive".equals(part(policy, "losPolicy")),
                "2013".equals(part(policy, "hospitalAdmissions")) ? "2013" : "2016");
    }

    private static String part(Extension policy, String name) {
        Extension part = policy.getExtensionByUrl(name);
        return part == null ? "" : String.valueOf(part.getValue().primitiveValue());
    }

    /** The policy as an extension of an assessment; empty for the standard. */
    Optional<Extension> extension() {
        if (equals(standard(asOf, zone))) {
            return Optional.empty();
        }
        Extension policy = new Extension().setUrl(RISK_POLICY);
        policy.addExtension("assumeCompleteUtilization", new BooleanType(completeUtilization));
        policy.addExtension("assumeCompleteProblems", new BooleanType(completeProblems));
        policy.addExtension("losPolicy", new CodeType(inclusive ? "inclusive" : "exclusive"));
        policy.addExtension("hospitalAdmissions", new CodeType(hospitalAdmissions));
        return Optional.of(policy);
    }

    private static String oneOf(OperationCall call, String name, String standard, String other) {
        String code =
                call.value(name, StringType.class).map(StringType::getValue).orElse(standard);
        if (!List.of(standard, other).contains(code)) {
            throw Problem.malformed(
                    name + " is " + standard + " or " + other + ", not " + code + ".",
                    "Parameters.parameter.where(name='" + name + "')");
        }
        return code;
    }
}
