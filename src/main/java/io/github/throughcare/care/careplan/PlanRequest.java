package io.github.throughcare.care.careplan;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Date;
import java.util.Map;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for the plan, for whom and from when.
 *
 * @param patientId the patient
 * @param start first day of what is new in the plan
 * @param today the day of the call in the facility's zone
 * @param now the moment of the call
 * @param author who plans, if said
 * @param encounter in which encounter, if said
 * @param known whom we know in a role: code of {@code {ig}/CodeSystem/team-role} -> reference
 */
record PlanRequest(
        String patientId,
        LocalDate start,
        LocalDate today,
        Instant now,
        @Nullable Reference author,
        @Nullable Reference encounter,
        Map<String, Reference> known) {

    Reference patient() {
        return new Reference("Patient/" + patientId);
    }

    Date nowAsDate() {
        return Date.from(now);
    }

    /** A date without time, as R4 allows in a dateTime. */
    static DateTimeType day(LocalDate date) {
        return new DateTimeType(date.toString());
    }
}
