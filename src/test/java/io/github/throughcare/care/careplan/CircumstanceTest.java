package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.ResourceChanged;
import java.time.Instant;
import java.util.Optional;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which changes a plan must be looked at for. */
class CircumstanceTest {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();
    private static final String PATIENT = "{'reference':'Patient/7'}";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '#',
            nullValues = "-",
            value = {
                "active; ; New diagnosis or need: Gout",
                "recurrence; ; New diagnosis or need: Gout",
                "relapse; ; New diagnosis or need: Gout",
                "resolved; ; -",
                "inactive; ; -",
                "remission; ; -",
                "active; refuted; -",
                "active; entered-in-error; -",
                "active; provisional; New diagnosis or need: Gout"
            })
    void a_diagnosis(String status, @Nullable String verification, @Nullable String expected) {
        assertThat(words(null, condition(status, verification))).isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void a_diagnosis_that_is_open_again_is_news_and_one_that_stays_open_is_none() {
        assertThat(words(condition("resolved", ""), condition("active", ""))).isPresent();
        assertThat(words(condition("active", ""), condition("active", "confirmed")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '#',
            nullValues = "-",
            value = {
                "MedicationRequest; active; 'intent':'order'; New medication: Allopurinol",
                "MedicationRequest; draft; 'intent':'order'; -",
                "MedicationRequest; stopped; 'intent':'order'; -",
                "MedicationStatement; active; 'dateAsserted':'2026-11-20'; New medication: Allopurinol",
                "MedicationStatement; stopped; 'dateAsserted':'2026-11-20'; -",
                "MedicationStatement; active; 'basedOn':[{'reference':'MedicationRequest/1'}]; -",
                "MedicationStatement; active; 'derivedFrom':[{'reference':'Observation/1'}]; -"
            })
    void a_medication(String type, String status, String more, @Nullable String expected) {
        assertThat(words(null, medication(type, status, more))).isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void what_has_long_been_taken_says_so() {
        Resource taken = medication(
                "MedicationStatement",
                "active",
                "'dateAsserted':'2026-11-20','effectivePeriod':{'start':'2019-03-01T00:00:00Z'}");

        assertThat(Circumstance.of(change(null, taken)))
                .get()
                .extracting(Circumstance::happened)
                .isEqualTo(Instant.parse("2019-03-01T00:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "IMP; in-progress; Admission to hospital",
                "ACUTE; arrived; Admission to hospital",
                "NONAC; finished; Admission to hospital",
                "EMER; triaged; Emergency visit",
                "IMP; planned; -",
                "IMP; cancelled; -",
                "AMB; in-progress; -"
            })
    void an_admission(String code, String status, @Nullable String expected) {
        assertThat(words(null, stay(code, status))).isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void an_admission_is_told_once() {
        assertThat(words(stay("IMP", "planned"), stay("IMP", "in-progress"))).isPresent();
        assertThat(words(stay("IMP", "in-progress"), stay("IMP", "finished"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {"booked; noshow; Missed appointment: Eye clinic", "noshow; noshow; -", "booked; cancelled; -"})
    void a_missed_appointment(String before, String after, @Nullable String expected) {
        assertThat(words(appointment(before), appointment(after))).isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void about_nobody_there_is_nothing_to_tell() {
        Resource group = parse("{'resourceType':'Condition','subject':{'reference':'Group/1'}}");
        assertThat(words(null, group)).isEmpty();
        assertThat(Circumstance.of(new ResourceChanged("Condition", "1", 2, group, null, Instant.EPOCH)))
                .isEmpty();
    }

    private static Optional<String> words(@Nullable Resource before, Resource after) {
        return Circumstance.of(change(before, after)).map(c -> {
            assertThat(c.patient()).isEqualTo("7");
            return c.inWords();
        });
    }

    private static ResourceChanged change(@Nullable Resource before, Resource after) {
        return new ResourceChanged(after.fhirType(), "1", before == null ? 1 : 2, before, after, Instant.EPOCH);
    }

    private static Resource condition(String status, @Nullable String verification) {
        String verified = (verification == null || verification.isBlank())
                ? ""
                : ",'verificationStatus':{'coding':[{'code':'" + verification + "'}]}";
        return parse("{'resourceType':'Condition','code':{'text':'Gout'},'subject':" + PATIENT
                + ",'clinicalStatus':{'coding':[{'code':'" + status + "'}]}" + verified + "}");
    }

    private static Resource medication(String type, String status, String more) {
        return parse("{'resourceType':'" + type + "','status':'" + status + "','subject':" + PATIENT
                + ",'medicationCodeableConcept':{'text':'Allopurinol'}," + more + "}");
    }

    private static Resource stay(String code, String status) {
        return parse("{'resourceType':'Encounter','status':'" + status + "','class':{'code':'" + code + "'},'subject':"
                + PATIENT + "}");
    }

    private static Resource appointment(String status) {
        return parse("{'resourceType':'Appointment','status':'" + status
                + "','description':'Eye clinic','participant':[{'actor':{'reference':'Practitioner/1'}},{'actor':"
                + PATIENT + "}]}");
    }

    private static Resource parse(String json) {
        return (Resource) CONTEXT.newJsonParser().parseResource(json.replace('\'', '"'));
    }
}
