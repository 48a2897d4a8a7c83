package io.github.throughcare.care.outreach;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.FixedTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.InMemoryResources;
import io.github.throughcare.fhir.Visibility;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.RiskAssessment.RiskAssessmentStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ann, Bob, Cem and Dan; it is 22 November 2026. */
class CaseFinderTest {

    private final InMemoryResources resources = new InMemoryResources(FhirContext.forR4Cached());
    private final CaseFinder finder = new CaseFinder(resources, FixedTime.NOON);

    @BeforeEach
    void people() {
        for (String id : List.of("ann", "bob", "cem", "dan")) {
            Patient patient = new Patient();
            patient.setId(id);
            resources.put(patient);
        }
        condition("ann", "hf", "active", null);
        condition("bob", "hf", "resolved", null);
        condition("cem", "copd", null, null);
        condition("dan", "hf", "active", "refuted");
        condition("ann", "food", "active", null);
        condition("cem", "food", "active", null);
        stay("ann", "IMP", "2026-01-05");
        stay("ann", "IMP", "2026-06-05");
        stay("ann", "EMER", "2026-07-05");
        stay("bob", "IMP", "2025-11-21"); // a day too long ago
        stay("bob", "IMP", "2026-11-20");
        stay("cem", "ACUTE", "2025-11-22");
        risk("ann", "lace", "low", "2026-10-01T10:00:00Z");
        risk("ann", "lace", "high", "2026-10-01T10:00:00.500Z"); // the later one counts
        risk("bob", "lace", "high", "2026-09-01");
        risk("bob", "lace", "low", "2026-10-01");
        risk("cem", "hospital", "high", "2026-10-01");
        EpisodeOfCare episode = new EpisodeOfCare().setStatus(EpisodeOfCareStatus.WAITLIST);
        episode.setId("cems");
        episode.setPatient(new Reference("Patient/cem"));
        resources.put(episode);
    }

    @ParameterizedTest
    @CsvSource({
        // conditions, needs, risk, stays, without a case: whom
        "hf, , , , false, ann",
        "hf copd, , , , false, ",
        ", food, , , false, ann cem",
        ", health-concern, , , false, ann cem",
        ", , high, , false, ann cem",
        ", , low, , false, bob",
        ", , , 1, false, ann bob cem",
        ", , , 2, false, ann",
        ", , , 3, false, ",
        ", food, , , true, ann",
        "hf, food, high, 2, true, ann",
    })
    void whom_the_criteria_name(
            @Nullable String conditions,
            @Nullable String needs,
            @Nullable String risk,
            @Nullable Integer stays,
            boolean without,
            @Nullable String found) {
        CaseCriteria criteria = new CaseCriteria(words(conditions), words(needs), risk, stays, without);
        assertThat(finder.find(criteria, Visibility.everything()).keySet()).containsExactlyElementsOf(words(found));
    }

    @Test
    void each_criterion_is_a_reason() {
        var found =
                finder.find(new CaseCriteria(List.of("hf"), List.of("food"), "high", 2, true), Visibility.everything());
        assertThat(found.get("ann").stream().map(CaseFinder.Reason::code))
                .containsExactly("condition", "need", "admissions", "risk", "without-active-case");
        assertThat(found.get("ann")).allSatisfy(r -> assertThat(r.text()).isNotBlank());
    }

    @Test
    void nobody_who_has_died_and_nobody_unseen() {
        resources.put((Patient) resources.stored.get("Patient/ann").copy()).setDeceased(new DateTimeType("2026-11-01"));
        resources.put((Patient) resources.stored.get("Patient/cem").copy()).setDeceased(new BooleanType(false));
        CaseCriteria criteria = new CaseCriteria(List.of(), List.of("food"), null, null, false);
        assertThat(finder.find(criteria, Visibility.everything())).containsOnlyKeys("cem");
        assertThat(finder.find(criteria, new Visibility(Set.of("bob")))).isEmpty();
    }

    private static List<String> words(@Nullable String text) {
        return text == null ? List.of() : Arrays.asList(text.split(" "));
    }

    private void condition(String patient, String code, @Nullable String clinical, @Nullable String verification) {
        Condition condition = new Condition();
        condition.setId(patient + code);
        condition.setSubject(new Reference("Patient/" + patient));
        condition.setCode(coded(code));
        if (code.equals("food")) {
            condition.addCategory(coded("health-concern"));
        }
        condition.setClinicalStatus(clinical == null ? null : coded(clinical));
        condition.setVerificationStatus(verification == null ? null : coded(verification));
        resources.put(condition);
    }

    private void stay(String patient, String kind, String begun) {
        Encounter stay = new Encounter().setStatus(EncounterStatus.FINISHED);
        stay.setId(patient + begun);
        stay.setSubject(new Reference("Patient/" + patient)).setClass_(new Coding("v3", kind, null));
        stay.getPeriod().setStartElement(new DateTimeType(begun));
        stay.getPeriod().setEndElement(new DateTimeType("2026-11-21"));
        resources.put(stay);
    }

    private void risk(String patient, String index, String band, String at) {
        RiskAssessment risk = new RiskAssessment().setStatus(RiskAssessmentStatus.FINAL);
        risk.setId(patient + index + at.replaceAll("[:.]", ""));
        risk.setSubject(new Reference("Patient/" + patient)).setOccurrence(new DateTimeType(at));
        risk.setMethod(coded(index));
        risk.addPrediction().setQualitativeRisk(new CodeableConcept(new Coding(Ig.SCORE_BAND, band, null)));
        resources.put(risk);
    }

    private static CodeableConcept coded(String code) {
        return new CodeableConcept(new Coding("http://example.org", code, null));
    }
}
