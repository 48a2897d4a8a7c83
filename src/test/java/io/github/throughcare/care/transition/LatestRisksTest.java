package io.github.throughcare.care.transition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Random;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.RiskAssessment.RiskAssessmentStatus;
import org.junit.jupiter.api.Test;

class LatestRisksTest {

    private static RiskAssessment risk(String id, String method, String occurred, RiskAssessmentStatus status) {
        RiskAssessment risk = new RiskAssessment();
        risk.setId("RiskAssessment/" + id);
        risk.setStatus(status);
        risk.getMeta().setLastUpdated(new Date(0));
        if (!method.isEmpty()) {
            risk.setMethod(new CodeableConcept().addCoding(new Coding("s" + id, method, null)));
        }
        if (!occurred.isEmpty()) {
            risk.setOccurrence(new DateTimeType(occurred));
        }
        return risk;
    }

    private static RiskAssessment risk(String id, String method, String occurred) {
        return risk(id, method, occurred, RiskAssessmentStatus.FINAL);
    }

    @Test
    void of_each_index_the_last_one_counts_and_errors_do_not() {
        RiskAssessment period = risk("period", "other", "");
        period.setOccurrence(new Period().setStartElement(new DateTimeType("2026-11-01")));
        List<RiskAssessment> all = new ArrayList<>(List.of(
                risk("old", "lace", "2026-11-01"),
                risk("new", "lace", "2026-11-03T10:00:00Z"),
                risk("wrong", "lace", "2026-11-05", RiskAssessmentStatus.ENTEREDINERROR),
                risk("off", "lace", "2026-11-06", RiskAssessmentStatus.CANCELLED),
                risk("undated", "lace", ""),
                risk("hospital", "hospital", "2026-10-01"),
                risk("a", "", "2026-10-01"),
                risk("b", "", "2026-10-02"),
                risk("stored", "other", ""),
                period));
        for (int seed = 0; seed < 10; seed++) {
            Collections.shuffle(all, new Random(seed));
            assertThat(LatestRisks.of(all))
                    .extracting(r -> r.getIdElement().getIdPart())
                    .containsExactlyInAnyOrder("new", "hospital", "a", "b", "period");
        }
    }
}
