package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequiredAssessmentTest {

    private static final String FORM = "https://throughcare.github.io/ig/Questionnaire/phq-9";
    private static final LocalDate TODAY = LocalDate.parse("2026-11-22");

    @ParameterizedTest
    @CsvSource({
        "phq-9, COMPLETED, 2026-11-22T08:00:00Z, true",
        "phq-9|1.0.0, COMPLETED, 2026-11-01T08:00:00Z, true",
        "phq-9, AMENDED, 2026-10-23T08:00:00Z, true",
        "phq-9, COMPLETED, 2026-10-22T08:00:00Z, false",
        "phq-9, INPROGRESS, 2026-11-22T08:00:00Z, false",
        "phq-9, STOPPED, 2026-11-22T08:00:00Z, false",
        "phq-90, COMPLETED, 2026-11-22T08:00:00Z, false",
        "gad-7, COMPLETED, 2026-11-22T08:00:00Z, false"
    })
    void thirty_days_of_phq_9(String form, QuestionnaireResponseStatus status, String authored, boolean met) {
        QuestionnaireResponse response = new QuestionnaireResponse()
                .setQuestionnaire(FORM.replace("phq-9", form))
                .setStatus(status);
        response.setAuthoredElement(new DateTimeType(authored));

        assertThat(new RequiredAssessment(FORM, days(30)).isMetBy(List.of(response), TODAY, ZoneOffset.UTC))
                .isEqualTo(met);
    }

    @Test
    void a_response_without_a_date_counts_from_when_it_was_stored() {
        QuestionnaireResponse response =
                new QuestionnaireResponse().setQuestionnaire(FORM).setStatus(QuestionnaireResponseStatus.COMPLETED);
        assertThat(new RequiredAssessment(FORM, days(30)).isMetBy(List.of(response), TODAY, ZoneOffset.UTC))
                .isFalse();

        response.getMeta().setLastUpdatedElement(new InstantType("2026-11-20T08:00:00Z"));
        assertThat(new RequiredAssessment(FORM, days(30)).isMetBy(List.of(response), TODAY, ZoneOffset.UTC))
                .isTrue();
    }

    @Test
    void without_the_extension_any_form_of_the_last_year_will_do() {
        QuestionnaireResponse response = new QuestionnaireResponse()
                .setQuestionnaire("http://example.org/Questionnaire/any")
                .setStatus(QuestionnaireResponseStatus.COMPLETED);
        response.setAuthoredElement(new DateTimeType("2025-11-22T08:00:00Z"));
        RequiredAssessment any = RequiredAssessment.ANY_OF_LAST_YEAR;

        assertThat(any.isMetBy(List.of(response), TODAY, ZoneOffset.UTC)).isTrue();
        assertThat(any.isMetBy(List.of(response), TODAY.plusDays(1), ZoneOffset.UTC))
                .isFalse();
        assertThat(any.isMetBy(List.of(), TODAY, ZoneOffset.UTC)).isFalse();
    }

    private static Duration days(int days) {
        Duration duration = new Duration();
        duration.setValue(days).setCode("d").setUnit("days");
        return duration;
    }
}
