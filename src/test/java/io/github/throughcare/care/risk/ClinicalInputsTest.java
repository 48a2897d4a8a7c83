package io.github.throughcare.care.risk;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Procedure;
import org.hl7.fhir.r4.model.Procedure.ProcedureStatus;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Diagnoses, laboratory, procedures and service of a stay from 2026-03-10 10:00 to 2026-03-15 09:00. */
class ClinicalInputsTest {

    private static final String IN_STAY = "2026-03-12T08:00:00-04:00";

    private static Finding hemoglobin(Ward ward) {
        return Ward.item(ward.hospital(), "hemoglobin").finding();
    }

    private static int comorbidity(Ward ward) {
        return Ward.item(ward.lace(), "comorbidity").finding().low().intValueExact();
    }

    @ParameterizedTest
    @CsvSource({
        "718-7,12.0,g/dL,12,0",
        "718-7,11.9,g/dL,11.9,1",
        "718-7,120,g/L,12,0",
        "718-7,119,g/L,11.9,1",
        "59260-0,7.4,mmol/L,11.9214,1",
        "59260-0,7.5,mmol/L,12.0825,0",
        "20509-6,8,g/dl,8,1"
    })
    void hemoglobin_is_read_in_its_unit(String loinc, String value, String unit, String gramsPerDecilitre, int points) {
        Ward ward = new Ward();
        ward.lab(loinc, value, unit, IN_STAY);
        Quantity read = (Quantity) hemoglobin(ward).value();
        assertThat(read.getValue()).isEqualByComparingTo(new BigDecimal(gramsPerDecilitre));
        assertThat(read.getCode()).isEqualTo("g/dL");
        assertThat(Ward.item(ward.hospital(), "hemoglobin").least()).isEqualTo(points);
        assertThat(Ward.item(ward.hospital(), "hemoglobin").most()).isEqualTo(points);
    }

    @ParameterizedTest
    @CsvSource({"135,mmol/L,0", "134.9,mmol/L,1", "134,meq/L,1", "135,mEq/L,0"})
    void sodium_is_the_same_in_millimoles_and_milliequivalents(String value, String unit, int points) {
        Ward ward = new Ward();
        ward.lab("2951-2", value, unit, IN_STAY);
        assertThat(Ward.item(ward.hospital(), "sodium").least()).isEqualTo(points);
        assertThat(Ward.item(ward.hospital(), "sodium").complete()).isTrue();
    }

    @Test
    void the_last_result_of_the_stay_counts() {
        Ward ward = new Ward();
        ward.lab("718-7", "13", "g/dL", "2026-03-14T08:00:00-04:00");
        ward.lab("718-7", "9", "g/dL", "2026-03-10T12:00:00-04:00");
        ward.lab("718-7", "8", "g/dL", "2026-03-15T09:00:01-04:00");
        assertThat(hemoglobin(ward).evidence()).containsExactly("Observation/o1");
    }

    @Test
    void a_result_of_the_stay_is_one_by_date_as_well_as_by_encounter() {
        Ward ward = new Ward();
        ward.lab("718-7", "9", "g/dL", IN_STAY).setEncounter(null);
        ward.lab("718-7", "9", "g/dL", "2026-03-10T09:59:59-04:00").setEncounter(null);
        assertThat(hemoglobin(ward).evidence()).containsExactly("Observation/o1");
    }

    @ParameterizedTest
    @CsvSource({
        "FINAL,true",
        "AMENDED,true",
        "CORRECTED,true",
        "PRELIMINARY,false",
        "CANCELLED,false",
        "ENTEREDINERROR,false"
    })
    void only_reported_results_count(ObservationStatus status, boolean counts) {
        Ward ward = new Ward();
        ward.lab("718-7", "9", "g/dL", IN_STAY).setStatus(status);
        assertThat(hemoglobin(ward).settled()).isEqualTo(counts);
    }

    @Test
    void a_last_result_without_a_known_unit_is_unknown_and_no_earlier_one_takes_its_place() {
        Ward ward = new Ward();
        ward.lab("718-7", "9", "g/dL", "2026-03-11T08:00:00-04:00");
        ward.lab("718-7", "130", "", IN_STAY);
        assertThat(hemoglobin(ward).settled()).isFalse();
        assertThat(hemoglobin(ward).missing()).contains("unit");
        ward.observations.get(1).getValueQuantity().setUnit("cells");
        assertThat(hemoglobin(ward).settled()).isFalse();
    }

    @Test
    void a_result_that_was_issued_later_was_not_known_yet() {
        Ward ward = new Ward();
        Observation result = ward.lab("718-7", "9", "g/dL", "2026-03-12T08:00:00-04:00");
        result.setIssuedElement(new InstantType("2026-03-13T08:00:00-04:00"));
        ward.policy = Ward.policy("2026-03-13T07:00:00-04:00");
        assertThat(hemoglobin(ward).settled()).isFalse();
        ward.policy = Ward.policy("2026-03-13T08:00:00-04:00");
        assertThat(hemoglobin(ward).settled()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"<,8,1,1", "<,12,1,1", "<,13,0,1", "<=,12,0,1", ">,12,0,0", ">=,11,0,1"})
    void a_bound_settles_the_item_only_when_it_can(String comparator, String value, int least, int most) {
        Ward ward = new Ward();
        ward.lab("718-7", value, "g/dL", IN_STAY)
                .getValueQuantity()
                .setComparator(Quantity.QuantityComparator.fromCode(comparator));
        assertThat(Ward.item(ward.hospital(), "hemoglobin").least()).isEqualTo(least);
        assertThat(Ward.item(ward.hospital(), "hemoglobin").most()).isEqualTo(most);
    }

    @ParameterizedTest
    @CsvSource({"active,true", "recurrence,true", "relapse,true", "resolved,false", "inactive,false", "remission,false"
    })
    void a_disease_counts_while_it_lasts(String status, boolean counts) {
        Ward ward = new Ward();
        ward.condition(Ward.ICD, "J44.9").setClinicalStatus(Ward.code("x", status));
        assertThat(comorbidity(ward)).isEqualTo(counts ? 2 : 0);
    }

    @Test
    void an_infarction_counts_though_it_is_over() {
        Ward ward = new Ward();
        ward.condition(Ward.ICD, "I21.4").setClinicalStatus(Ward.code("x", "resolved"));
        assertThat(comorbidity(ward)).isEqualTo(1);
    }

    @Test
    void what_was_resolved_later_was_present_then() {
        Ward ward = new Ward();
        Condition copd = ward.condition(Ward.ICD, "J44.9");
        copd.setClinicalStatus(Ward.code("x", "resolved"));
        copd.setAbatement(new DateTimeType("2026-03-20"));
        assertThat(comorbidity(ward)).isZero();
        ward.policy = Ward.policy("2026-03-16T12:00:00-04:00");
        assertThat(comorbidity(ward)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"confirmed,2", "unconfirmed,2", "provisional,2", "refuted,0"})
    void refuted_diagnoses_do_not_count(String verification, int sum) {
        Ward ward = new Ward().diagnoses("I10");
        ward.condition(Ward.ICD, "J44.9").setVerificationStatus(Ward.code("x", verification));
        assertThat(comorbidity(ward)).isEqualTo(sum);
    }

    @Test
    void a_diagnosis_counts_from_when_it_was_recorded_not_from_its_onset() {
        Ward ward = new Ward().diagnoses("I10");
        Condition copd = ward.condition(Ward.ICD, "J44.9");
        copd.setOnset(new DateTimeType("2020"));
        copd.setRecordedDateElement(new DateTimeType("2026-04-01T12:00:01-04:00"));
        assertThat(comorbidity(ward)).isZero();
        copd.setRecordedDateElement(new DateTimeType("2026-04-01T12:00:00-04:00"));
        assertThat(comorbidity(ward)).isEqualTo(2);
        copd.setRecordedDateElement(null);
        assertThat(comorbidity(ward)).isEqualTo(2);
    }

    @Test
    void the_evidence_names_what_scored() {
        Ward ward = new Ward().diagnoses("C50.911", "C78.7", "I10");
        Finding finding = Ward.item(ward.lace(), "comorbidity").finding();
        assertThat(finding.evidence()).containsExactly("Condition/c2");
        assertThat(finding.low()).isEqualByComparingTo("6");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "2026-03-10T10:00:00-04:00, true",
        "2026-03-10T09:59:59-04:00, false",
        "2026-03-15T09:00:00-04:00, true",
        "2026-03-15T09:00:01-04:00, false",
        "2026-03-10, true",
        "2026-03-15, true",
        "2026-03-09, false",
        "2026-03-16, false"
    })
    void a_procedure_counts_within_the_stay(String performed, boolean counts) {
        Ward ward = new Ward();
        ward.procedure(performed);
        assertThat(Ward.item(ward.hospital(), "procedure").finding().yes()).isEqualTo(counts);
    }

    @Test
    void a_procedure_counts_by_its_encounter_when_coded_and_completed() {
        Ward ward = new Ward();
        Procedure procedure = ward.procedure("");
        procedure.setEncounter(new Reference("Encounter/index"));
        assertThat(Ward.item(ward.hospital(), "procedure").finding().yes()).isTrue();
        procedure.setStatus(ProcedureStatus.NOTDONE);
        assertThat(Ward.item(ward.hospital(), "procedure").finding().yes()).isFalse();
        procedure.setStatus(ProcedureStatus.COMPLETED);
        procedure.setCode(new CodeableConcept().setText("something"));
        assertThat(Ward.item(ward.hospital(), "procedure").finding().yes()).isFalse();
    }

    @Test
    void the_service_is_told_by_the_attending_role_when_the_stay_is_silent() {
        Ward ward = new Ward();
        ward.index
                .addParticipant()
                .addType(Ward.code("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "ATND"))
                .setIndividual(new Reference("PractitionerRole/r"));
        assertThat(Ward.item(ward.hospital(), "oncology").finding().settled()).isFalse();
        ward.specialties.put("PractitionerRole/r", List.of(Ward.code(Ward.SNOMED, "394593009")));
        assertThat(Ward.item(ward.hospital(), "oncology").finding().yes()).isTrue();
        ward.specialties.put("PractitionerRole/r", List.of(Ward.code(Ward.SNOMED, "394579002")));
        assertThat(Ward.item(ward.hospital(), "oncology").finding().no()).isTrue();
        ward.index.getParticipantFirstRep().setType(List.of(Ward.code("x", "CON")));
        assertThat(Ward.item(ward.hospital(), "oncology").finding().settled()).isFalse();
    }

    @Test
    void or_by_an_oncology_provider_and_another_provider_tells_nothing() {
        Ward ward = new Ward();
        ward.index.setServiceProvider(new Reference("Organization/o"));
        ward.specialties.put("Organization/o", List.of(Ward.code("x", "prov")));
        assertThat(Ward.item(ward.hospital(), "oncology").finding().settled()).isFalse();
        ward.specialties.put("Organization/o", List.of(Ward.code(Ward.SNOMED, "394592004")));
        assertThat(Ward.item(ward.hospital(), "oncology").finding().yes()).isTrue();
    }
}
