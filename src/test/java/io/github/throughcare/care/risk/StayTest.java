package io.github.throughcare.care.risk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.throughcare.fhir.Problem;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StayTest {

    private static int days(Ward ward) {
        return ((IntegerType) Ward.item(ward.lace(), "length-of-stay").finding().value()).getValue();
    }

    @ParameterizedTest(name = "{0} to {1}: {2} days, {3} counted inclusively")
    @CsvSource({
        "2026-03-10T10:00:00-04:00, 2026-03-10T23:00:00-04:00, 0, 1",
        "2026-03-10T23:50:00-04:00, 2026-03-11T00:10:00-04:00, 1, 2",
        "2026-03-10T10:00:00-04:00, 2026-03-16T09:00:00-04:00, 6, 7",
        "2026-03-10,                2026-03-13,                3, 4",
        "2026-03-10,                2026-03-13T23:59:00-04:00, 3, 4",
        // 03:30 UTC on the 11th is still the 10th in Toronto
        "2026-03-11T03:30:00Z,      2026-03-12T03:30:00Z,      1, 2",
        "2026-03-11T03:30:00Z,      2026-03-11T04:30:00Z,      1, 2",
        // over the change to summer time on 2026-03-08, and back on 2026-11-01 (as of later)
        "2026-03-07T12:00:00-05:00, 2026-03-09T12:00:00-04:00, 2, 3",
        "2026-02-27T12:00:00-05:00, 2026-03-01T12:00:00-05:00, 2, 3"
    })
    void the_length_is_the_difference_of_dates_at_the_facility(String start, String end, int days, int inclusive) {
        Ward ward = new Ward().period(start, end);
        assertThat(days(ward)).isEqualTo(days);
        ward.policy = Ward.inclusive(ward.policy);
        assertThat(days(ward)).isEqualTo(inclusive);
    }

    @Test
    void an_open_stay_is_reckoned_to_the_time_asked_for() {
        Ward ward = new Ward().period("2026-03-10T10:00:00-04:00", "");
        ward.index.setStatus(EncounterStatus.INPROGRESS);
        ward.policy = Ward.policy("2026-03-12T08:00:00-04:00");
        assertThat(days(ward)).isEqualTo(2);
        assertThat(ward.stay().open()).isTrue();
    }

    @Test
    void a_stay_that_ended_later_is_read_as_open() {
        Ward ward = new Ward();
        ward.policy = Ward.policy("2026-03-11T08:00:00-04:00");
        assertThat(ward.stay().open()).isTrue();
        assertThat(days(ward)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"AMB", "EMER", "OBSENC", "SS", "HH"})
    void other_classes_are_no_inpatient_stay(String code) {
        Ward ward = new Ward();
        ward.index.getClass_().setCode(code);
        assertThatThrownBy(ward::stay)
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(422));
    }

    @ParameterizedTest
    @CsvSource({"PLANNED", "CANCELLED", "ENTEREDINERROR", "ARRIVED"})
    void nor_is_one_that_has_not_begun(EncounterStatus status) {
        Ward ward = new Ward();
        ward.index.setStatus(status);
        assertThatThrownBy(ward::stay).isInstanceOf(Problem.class);
    }

    @Test
    void nor_one_that_starts_after_the_time_reckoned_with() {
        Ward ward = new Ward();
        ward.policy = Ward.policy("2026-03-10T09:59:59-04:00");
        assertThatThrownBy(ward::stay).isInstanceOf(Problem.class);
    }

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @CsvSource({
        "2026-03-05T10:00:00-05:00, 2026-03-10T10:00:00-04:00, 10", // no gap
        "2026-03-05T10:00:00-05:00, 2026-03-09T10:00:00-04:00, 10", // 24 hours
        "2026-03-05T10:00:00-05:00, 2026-03-09T09:59:59-04:00, 5", // a second more
        "2026-03-05,                2026-03-09,                10", // the date before
        "2026-03-05,                2026-03-08,                5", // a whole day between
        "2026-03-05T10:00:00-05:00, 2026-03-11T10:00:00-04:00, 10" // overlap
    })
    void transfers_within_a_day_are_one_stay(String start, String end, int days) {
        Ward ward = new Ward();
        ward.encounter("first", "ACUTE", start, end);
        assertThat(days(ward)).isEqualTo(days);
        assertThat(ward.stay().chain()).hasSize(days == 10 ? 2 : 1);
        assertThat(Ward.item(ward.hospital(), "admissions").finding().evidence())
                .hasSize(days == 10 ? 0 : 1);
    }

    @Test
    void a_chain_of_transfers_is_one_stay_whichever_is_asked_for() {
        Ward ward = new Ward();
        ward.encounter("first", "IMP", "2026-03-05T10:00:00-05:00", "2026-03-07T10:00:00-05:00");
        ward.encounter("second", "IMP", "2026-03-07T12:00:00-05:00", "2026-03-10T09:00:00-04:00");
        ward.encounter("rehab", "NONAC", "2026-03-15T11:00:00-04:00", "2026-03-20T11:00:00-04:00");
        assertThat(ward.stay().chain()).extracting(Linked::id).containsExactly("first", "second", "index", "rehab");
        assertThat(days(ward)).isEqualTo(15);
        Stay asked = Stay.of(
                ward.encounters.get(1),
                ward.encounters,
                GuideOnClassPath.TABLES.inpatient(),
                ward.policy.asOf(),
                Ward.ZONE);
        assertThat(asked.chain()).extracting(Linked::id).containsExactly("first", "second", "index", "rehab");
    }

    @ParameterizedTest
    @CsvSource({"home,5", "aadvice,5", "other-hcf,10", "rehab,10"})
    void whoever_went_home_was_not_transferred(String disposition, int days) {
        Ward ward = new Ward();
        Encounter first = ward.encounter("first", "IMP", "2026-03-05T10:00:00-05:00", "2026-03-10T01:00:00-04:00");
        first.getHospitalization()
                .setDischargeDisposition(
                        Ward.code("http://terminology.hl7.org/CodeSystem/discharge-disposition", disposition));
        assertThat(days(ward)).isEqualTo(days);
    }

    @Test
    void a_part_of_the_stay_belongs_to_it_and_is_no_admission() {
        Ward ward = new Ward();
        ward.encounter("icu", "IMP", "2026-03-10T10:00:00-04:00", "2026-03-11T10:00:00-04:00")
                .setPartOf(new Reference("Encounter/index"));
        assertThat(ward.stay().chain()).extracting(Linked::id).containsExactly("index", "icu");
        assertThat(Ward.item(ward.hospital(), "admissions").finding().value()).isNull();
    }

    @Test
    void a_stay_that_was_never_closed_does_not_swallow_the_later_ones() {
        Ward ward = new Ward();
        ward.encounter("forgotten", "IMP", "2025-06-01T10:00:00-04:00", "");
        assertThat(days(ward)).isEqualTo(5);
        assertThat(Ward.item(ward.hospital(), "admissions").finding().evidence())
                .containsExactly("Encounter/forgotten");
    }
}
