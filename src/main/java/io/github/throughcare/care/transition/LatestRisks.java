package io.github.throughcare.care.transition;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.RiskAssessment.RiskAssessmentStatus;
import org.jspecify.annotations.Nullable;

/** Which of a stay's RiskAssessments say how it is now: of each index the one that was made last. A pure function. */
final class LatestRisks {

    private static final Comparator<RiskAssessment> BY_TIME = Comparator.comparing(LatestRisks::made)
            .thenComparing(r -> instant(r.getMeta().getLastUpdated()))
            .thenComparing(r -> r.getIdElement().getIdPart());

    private LatestRisks() {}

    /** @param assessments of one stay, in any order; those entered in error or cancelled tell nothing */
    static List<RiskAssessment> of(Collection<RiskAssessment> assessments) {
        Map<String, RiskAssessment> latest = new TreeMap<>();
        for (RiskAssessment one : assessments) {
            if (one.getStatus() != RiskAssessmentStatus.ENTEREDINERROR
                    && one.getStatus() != RiskAssessmentStatus.CANCELLED) {
                latest.merge(index(one), one, (a, b) -> BY_TIME.compare(a, b) < 0 ? b : a);
            }
        }
        return new ArrayList<>(latest.values());
    }

    /** Its index, whichever version of the point table; one that does not say stands for itself. */
    private static String index(RiskAssessment assessment) {
        return assessment.getMethod().getCoding().stream()
                .filter(Coding::hasCode)
                .map(c -> "code " + c.getCode())
                .findFirst()
                .orElseGet(() -> assessment.getMethod().hasText()
                        ? "text " + assessment.getMethod().getText()
                        : "id " + assessment.getIdElement().getIdPart());
    }

    /** When it was made; without a time, when it was stored. */
    private static Instant made(RiskAssessment assessment) {
        Date occurred = assessment.getOccurrence() instanceof DateTimeType time
                ? time.getValue()
                : assessment.getOccurrence() instanceof Period period ? period.getStart() : null;
        return instant(occurred != null ? occurred : assessment.getMeta().getLastUpdated());
    }

    private static Instant instant(@Nullable Date date) {
        return date == null ? Instant.MIN : date.toInstant();
    }
}
