package io.github.throughcare.care.careplan;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Date;
import java.util.List;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;

/**
 * The assessment without which no plan is made.
 *
 * @param form canonical of the Questionnaire, without version; empty when any form will do
 * @param period how old the response may be, a Duration
 */
record RequiredAssessment(String form, Quantity period) {

    static final RequiredAssessment ANY_OF_LAST_YEAR = new RequiredAssessment("", days(365));

    private static Duration days(int days) {
        Duration duration = new Duration();
        duration.setValue(BigDecimal.valueOf(days)).setCode("d").setUnit("days");
        return duration;
    }

    RequiredAssessment {
        form = unversioned(form);
    }

    /** Whether one of the responses is it: completed, of that form (any version), and not older than the period on that day. */
    boolean isMetBy(List<QuestionnaireResponse> responses, LocalDate today, ZoneId zone) {
        return responses.stream().anyMatch(r -> isMetBy(r, today, zone));
    }

    private boolean isMetBy(QuestionnaireResponse response, LocalDate today, ZoneId zone) {
        boolean done = response.getStatus() == QuestionnaireResponseStatus.COMPLETED
                || response.getStatus() == QuestionnaireResponseStatus.AMENDED;
        boolean ours = form.isEmpty() || form.equals(unversioned(response.getQuestionnaire()));
        // a response that does not say when it was given was given when it was stored, at the latest
        Date given = response.hasAuthored()
                ? response.getAuthored()
                : response.getMeta().getLastUpdated();
        return done
                && ours
                && given != null
                && TimeLimit.end(period, given.toInstant().atZone(zone).toLocalDate())
                        .map(last -> !last.isBefore(today))
                        .orElse(true);
    }

    /** What to do about it, in words. */
    String inWords() {
        String within = " within the last " + period.getValue().toPlainString() + " "
                + (period.hasUnit() ? period.getUnit() : period.getCode());
        return form.isEmpty()
                ? "Complete any assessment form" + within + " (Patient/[id]/$assess)"
                : "Complete the form " + form + within + " (Patient/[id]/$assess)";
    }

    private static String unversioned(String canonical) {
        return canonical == null ? "" : canonical.split("\\|", 2)[0];
    }
}
