package io.github.throughcare.care.risk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Emergency visits, earlier admissions, and how the patient came in. Admission is on 2026-03-10 at 10:00. */
class UtilizationTest {

    private static List<String> visits(Ward ward) {
        return Ward.item(ward.lace(), "emergency-visits").finding().evidence();
    }

    private static List<String> admissions(Ward ward) {
        return Ward.item(ward.hospital(), "admissions").finding().evidence();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "2025-09-10T10:00:00-04:00, true",
        "2025-09-10T09:59:59-04:00, false",
        "2025-09-11T10:00:00-04:00, true",
        "2025-09-09T10:00:00-04:00, false",
        "2025-09-10,                true",
        "2025-09-09,                false",
        "2026-03-01T00:00:00-05:00, true",
        "2026-03-10T11:00:00-04:00, false"
    })
    void emergency_visits_count_for_six_months(String start, boolean counts) {
        Ward ward = new Ward();
        ward.emergency("ed", start, start);
        assertThat(visits(ward)).hasSize(counts ? 1 : 0);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "2025-03-10T10:00:00-04:00, true",
        "2025-03-10T09:59:59-04:00, false",
        "2025-03-10,                true",
        "2025-03-09,                false",
        "2026-03-10T10:00:00-04:00, false"
    })
    void admissions_count_for_twelve_months(String start, boolean counts) {
        Ward ward = new Ward();
        Encounter earlier = ward.encounter("adm", "IMP", start, start);
        earlier.getHospitalization().setDischargeDisposition(Ward.code("x", "home"));
        assertThat(admissions(ward)).hasSize(counts ? 1 : 0);
    }

    @ParameterizedTest(name = "ended {0}: counts {1}")
    @CsvSource({
        "2026-03-10T09:00:00-04:00, false",
        "2026-03-09T10:00:00-04:00, false",
        "2026-03-09T09:59:59-04:00, true",
        "2026-03-10T12:00:00-04:00, false",
        "2026-03-09,                false",
        "2026-03-08,                true"
    })
    void the_visit_that_led_to_the_stay_is_not_counted_and_makes_it_acute(String end, boolean counts) {
        Ward ward = new Ward();
        ward.emergency("ed", "2026-03-08", end);
        assertThat(visits(ward)).hasSize(counts ? 1 : 0);
        assertThat(Ward.item(ward.lace(), "acuity").finding().settled()).isEqualTo(!counts);
        if (!counts) {
            assertThat(Ward.item(ward.lace(), "acuity").finding().evidence())
                    .containsExactly("Encounter/ed", "Encounter/index");
        }
    }

    @Test
    void a_visit_is_linked_by_part_of_in_either_direction_and_by_identifier() {
        Ward up = new Ward();
        up.emergency("ed", "2026-02-01", "2026-02-02").setPartOf(new Reference("Encounter/index"));
        Ward down = new Ward();
        down.emergency("ed", "2026-02-01", "2026-02-02");
        down.index.setPartOf(new Reference("Encounter/ed"));
        Ward number = new Ward();
        number.emergency("ed", "2026-02-01", "2026-02-02")
                .addIdentifier()
                .setSystem("urn:visits")
                .setValue("1");
        number.index.addIdentifier().setSystem("urn:visits").setValue("1");
        for (Ward ward : List.of(up, down, number)) {
            assertThat(visits(ward)).isEmpty();
            assertThat(Ward.item(ward.lace(), "acuity").finding().yes()).isTrue();
        }
    }

    @Test
    void the_same_visit_sent_twice_counts_once() {
        Ward ward = new Ward();
        for (String id : List.of("a", "b")) {
            ward.emergency(id, "2026-02-01T10:00:00-05:00", "2026-02-01T12:00:00-05:00")
                    .addIdentifier()
                    .setSystem("urn:visits")
                    .setValue("7");
        }
        assertThat(Ward.item(ward.lace(), "emergency-visits").least()).isEqualTo(1);
        assertThat(visits(ward)).containsExactly("Encounter/a", "Encounter/b");
    }

    @ParameterizedTest
    @CsvSource({"PLANNED", "CANCELLED", "ENTEREDINERROR"})
    void visits_that_did_not_happen_do_not_count(EncounterStatus status) {
        Ward ward = new Ward().emergencies(1).admissions(1);
        ward.encounters.stream().filter(e -> e != ward.index).forEach(e -> e.setStatus(status));
        assertThat(visits(ward)).isEmpty();
        assertThat(admissions(ward)).isEmpty();
    }

    @Test
    void an_earlier_stay_with_a_transfer_is_one_admission() {
        Ward ward = new Ward();
        ward.encounter("a", "IMP", "2026-01-05T10:00:00-05:00", "2026-01-07T10:00:00-05:00");
        ward.encounter("b", "IMP", "2026-01-07T11:00:00-05:00", "2026-01-09T10:00:00-05:00");
        ward.assuming(true, false);
        assertThat(Ward.item(ward.hospital(), "admissions").finding().low()).isEqualByComparingTo("1");
    }

    @Test
    void observation_and_outpatient_visits_are_no_admissions() {
        Ward ward = new Ward();
        ward.encounter("o", "OBSENC", "2026-01-05", "2026-01-06");
        ward.encounter("a", "AMB", "2026-01-08", "2026-01-08");
        assertThat(admissions(ward)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"EM,true", "UR,true", "A,true", "EL,false"})
    void priority_decides_first(String priority, boolean acute) {
        Ward ward = new Ward().priority(priority);
        ward.index
                .getHospitalization()
                .setAdmitSource(Ward.code("http://terminology.hl7.org/CodeSystem/admit-source", "emd"));
        assertThat(Ward.item(ward.lace(), "acuity").finding().yes()).isEqualTo(acute);
        assertThat(Ward.item(ward.hospital(), "index-type").finding().yes()).isEqualTo(acute);
    }

    @ParameterizedTest
    @CsvSource({"emd,true", "gp,false", "hosp-trans,false"})
    void the_admit_source_decides_next_and_only_for_the_emergency_department(String source, boolean known) {
        Ward ward = new Ward().priority("R");
        ward.index
                .getHospitalization()
                .setAdmitSource(Ward.code("http://terminology.hl7.org/CodeSystem/admit-source", source));
        assertThat(Ward.item(ward.lace(), "acuity").finding().settled()).isEqualTo(known);
    }

    @Test
    void of_a_transferred_patient_the_first_encounter_is_the_admission() {
        Ward ward = new Ward().priority("EL");
        ward.encounter("first", "IMP", "2026-03-05T10:00:00-05:00", "2026-03-10T09:00:00-04:00")
                .setPriority(Ward.code(Ward.PRIORITY, "EM"));
        assertThat(Ward.item(ward.lace(), "acuity").finding().yes()).isTrue();
        assertThat(Ward.item(ward.lace(), "acuity").finding().evidence()).containsExactly("Encounter/first");
    }
}
