package io.github.throughcare.care.risk;

import static org.assertj.core.api.Assertions.assertThat;

import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.ListResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing missing is a silent zero. */
class MissingDataTest {

    private static void assertItem(Score score, String code, Certainty certainty, int least, int most) {
        Score.Item item = Ward.item(score, code);
        assertThat(item.certainty()).as(code).isEqualTo(certainty);
        assertThat(item.least()).as(code).isEqualTo(least);
        assertThat(item.most()).as(code).isEqualTo(most);
        if (certainty == Certainty.UNKNOWN) {
            assertThat(item.finding().missing()).as(code).isNotBlank();
        }
    }

    @Test
    void a_bare_stay_leaves_all_but_its_length_unknown() {
        Ward ward = new Ward();

        assertItem(ward.lace(), "length-of-stay", Certainty.KNOWN, 4, 4);
        assertItem(ward.lace(), "acuity", Certainty.UNKNOWN, 0, 3);
        assertItem(ward.lace(), "comorbidity", Certainty.UNKNOWN, 0, 5);
        assertItem(ward.lace(), "emergency-visits", Certainty.UNKNOWN, 0, 4);
        assertItem(ward.hospital(), "hemoglobin", Certainty.UNKNOWN, 0, 1);
        assertItem(ward.hospital(), "oncology", Certainty.UNKNOWN, 0, 2);
        assertItem(ward.hospital(), "sodium", Certainty.UNKNOWN, 0, 1);
        assertItem(ward.hospital(), "procedure", Certainty.UNKNOWN, 0, 1);
        assertItem(ward.hospital(), "index-type", Certainty.UNKNOWN, 0, 1);
        assertItem(ward.hospital(), "admissions", Certainty.UNKNOWN, 0, 5);
        assertItem(ward.simplified(), "oncology", Certainty.UNKNOWN, 0, 2);
        assertThat(ward.lace().band()).isEqualTo("uncertain");
        assertThat(ward.lace().lowestBand()).isEqualTo("low");
        assertThat(ward.lace().highestBand()).isEqualTo("high");
        assertThat(ward.scores())
                .noneMatch(Score::complete)
                .allMatch(s -> s.probability().isEmpty());
        assertThat(Ward.item(ward.lace(), "emergency-visits").finding().value()).isNull();
    }

    @Test
    void policies_assume_what_the_record_lacks_and_say_so() {
        Ward ward = new Ward().assuming(true, true);

        assertItem(ward.lace(), "comorbidity", Certainty.ASSUMED, 0, 0);
        assertItem(ward.lace(), "emergency-visits", Certainty.ASSUMED, 0, 0);
        assertItem(ward.hospital(), "procedure", Certainty.ASSUMED, 0, 0);
        assertItem(ward.hospital(), "admissions", Certainty.ASSUMED, 0, 0);
    }

    @Test
    void no_policy_assumes_laboratory_or_priority_or_service() {
        Ward ward = new Ward().assuming(true, true);

        assertItem(ward.lace(), "acuity", Certainty.UNKNOWN, 0, 3);
        assertItem(ward.hospital(), "hemoglobin", Certainty.UNKNOWN, 0, 1);
        assertItem(ward.hospital(), "sodium", Certainty.UNKNOWN, 0, 1);
        assertItem(ward.hospital(), "oncology", Certainty.UNKNOWN, 0, 2);
    }

    @ParameterizedTest
    @CsvSource({"1,1,4,UNKNOWN", "3,3,4,UNKNOWN", "4,4,4,KNOWN", "6,4,4,KNOWN"})
    void emergency_visits_on_record_are_a_minimum_until_more_could_not_matter(
            int visits, int least, int most, Certainty certainty) {
        Ward ward = new Ward().emergencies(visits);

        assertItem(ward.lace(), "emergency-visits", certainty, least, most);
        assertThat(((IntegerType) Ward.item(ward.lace(), "emergency-visits")
                                .finding()
                                .value())
                        .getValue())
                .isEqualTo(visits);
    }

    @ParameterizedTest
    @CsvSource({"1,0,5,UNKNOWN", "2,2,5,UNKNOWN", "5,2,5,UNKNOWN", "6,5,5,KNOWN"})
    void so_are_earlier_admissions(int admissions, int least, int most, Certainty certainty) {
        assertItem(new Ward().admissions(admissions).hospital(), "admissions", certainty, least, most);
    }

    @Test
    void any_condition_makes_the_comorbidity_known() {
        assertItem(new Ward().diagnoses("I10").lace(), "comorbidity", Certainty.KNOWN, 0, 0);
    }

    @Test
    void a_condition_entered_in_error_tells_nothing() {
        Ward ward = new Ward();
        Condition condition = ward.condition(Ward.ICD, "I50.9");
        condition.setVerificationStatus(Ward.code("x", "entered-in-error"));
        assertItem(ward.lace(), "comorbidity", Certainty.UNKNOWN, 0, 5);
    }

    @Test
    void a_problem_list_that_says_nil_known_makes_the_comorbidity_a_known_zero() {
        Ward ward = new Ward().nothingKnown();
        assertItem(ward.lace(), "comorbidity", Certainty.KNOWN, 0, 0);
        assertThat(Ward.item(ward.lace(), "comorbidity").finding().evidence()).containsExactly("List/problems");
    }

    @Test
    void a_problem_list_that_is_merely_empty_or_retired_or_later_does_not() {
        Ward withheld = new Ward().nothingKnown();
        withheld.lists.get(0).setEmptyReason(Ward.code("x", "withheld"));
        Ward retired = new Ward().nothingKnown();
        retired.lists.get(0).setStatus(ListResource.ListStatus.RETIRED);
        Ward later = new Ward().nothingKnown();
        later.lists.get(0).setDateElement(new org.hl7.fhir.r4.model.DateTimeType("2026-05-01"));
        assertItem(withheld.lace(), "comorbidity", Certainty.UNKNOWN, 0, 5);
        assertItem(retired.lace(), "comorbidity", Certainty.UNKNOWN, 0, 5);
        assertItem(later.lace(), "comorbidity", Certainty.UNKNOWN, 0, 5);
    }

    @Test
    void a_band_is_given_when_what_is_missing_cannot_change_it() {
        Ward ward = new Ward().days(14).priority("EM").diagnoses("I10");

        Score lace = ward.lace();
        assertThat(lace.least()).isEqualTo(10);
        assertThat(lace.most()).isEqualTo(14);
        assertThat(lace.complete()).isFalse();
        assertThat(lace.band()).isEqualTo("high");
        assertThat(lace.probability()).isEmpty();
    }

    @Test
    void a_cancer_settles_the_oncology_item_of_the_simplified_score_only() {
        Ward ward = new Ward().diagnoses("C50.911");
        assertItem(ward.simplified(), "oncology", Certainty.KNOWN, 2, 2);
        assertItem(ward.hospital(), "oncology", Certainty.UNKNOWN, 0, 2);
    }

    @Test
    void no_cancer_and_another_service_settle_it_too() {
        Ward ward = new Ward().diagnoses("I10").service("394802001");
        assertItem(ward.simplified(), "oncology", Certainty.KNOWN, 0, 0);
        assertItem(new Ward().service("394802001").simplified(), "oncology", Certainty.UNKNOWN, 0, 2);
    }

    @Test
    void a_finished_stay_without_an_end_is_at_most_as_long_as_until_now() {
        Ward ward = new Ward().period("2026-03-29T10:00:00-04:00", "");
        ward.index.setStatus(org.hl7.fhir.r4.model.Encounter.EncounterStatus.FINISHED);
        assertItem(ward.lace(), "length-of-stay", Certainty.UNKNOWN, 0, 3);
    }

    @Test
    void without_a_start_there_is_no_window_and_no_length() {
        Ward ward = new Ward()
                .period("", "2026-03-15T09:00:00-04:00")
                .emergencies(5)
                .admissions(6);
        assertItem(ward.lace(), "length-of-stay", Certainty.UNKNOWN, 0, 7);
        assertItem(ward.lace(), "emergency-visits", Certainty.UNKNOWN, 0, 4);
        assertItem(ward.hospital(), "admissions", Certainty.UNKNOWN, 0, 5);
    }

    @Test
    void a_month_is_no_start() {
        assertItem(new Ward().period("2026-03", "2026-03-15").lace(), "length-of-stay", Certainty.UNKNOWN, 0, 7);
    }
}
