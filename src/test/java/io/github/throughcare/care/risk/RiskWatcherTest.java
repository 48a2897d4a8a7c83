package io.github.throughcare.care.risk;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.CareSettings;
import io.github.throughcare.fhir.InMemoryResources;
import io.github.throughcare.fhir.ResourceChanged;
import io.github.throughcare.fhir.Visibility;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.ListResource;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a recorded risk follows. Patient {@code a} is in hospital, and nothing is known of the diagnoses. */
class RiskWatcherTest {

    private final InMemoryResources resources = new InMemoryResources(FhirContext.forR4Cached()).withGuide();
    private final Clock clock = Clock.fixed(Instant.parse("2026-03-14T16:00:00Z"), ZoneOffset.UTC);
    private final CareSettings settings = new CareSettings("America/Toronto");
    private final StayReader reader = new StayReader(resources);
    private final CurrentTables tables = new CurrentTables(resources);
    private final AssessedPatients assessed = new AssessedPatients(resources);
    private final OwnIndices own =
            new OwnIndices(resources, reader, new FhirPathInputs(FhirContext.forR4Cached()), clock);
    private final ReadmissionRiskRecorder recorder = new ReadmissionRiskRecorder(
            new StayScores(resources, reader, tables, own), reader, resources, assessed, settings);
    private final RiskWatcher watcher = new RiskWatcher(resources, recorder, tables, assessed, own, settings, clock);

    @BeforeEach
    void one_who_is_assessed() {
        Patient patient = new Patient();
        patient.setId("a");
        Encounter stay = new Ward().priority("EM").period("2026-03-10T10:00:00-04:00", "").index;
        stay.setId("stay");
        stay.setStatus(EncounterStatus.INPROGRESS);
        stay.setSubject(new Reference("Patient/a"));
        resources.with(patient, stay);
        recorder.record("stay", clock.instant(), Visibility.everything());
        assertThat(assessed.contains("a")).isTrue();
        assertThat(assessed.contains("b")).isFalse();
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "Observation; \"subject\":{\"reference\":\"Patient/a\"},\"code\":\"718-7\"; true",
                "Observation; \"subject\":{\"reference\":\"Patient/a\"},\"code\":\"8480-6\"; false",
                "Observation; \"subject\":{\"reference\":\"Patient/b\"},\"code\":\"718-7\"; false",
                "Observation; \"focus\":[{\"reference\":\"Patient/b\"}],\"subject\":{\"reference\":\"Patient/a\"},\"code\":\"718-7\"; true",
                "List; \"subject\":{\"reference\":\"Patient/a\"},\"code\":\"11450-4\"; true",
                "List; \"subject\":{\"reference\":\"Patient/a\"},\"code\":\"10160-0\"; false",
                "Condition; \"subject\":{\"reference\":\"Patient/a\"}; true",
                "Condition; \"subject\":{\"reference\":\"Patient/b\"}; false",
                "Condition; \"subject\":{\"identifier\":{\"value\":\"b\"}}; true"
            })
    void what_no_score_reads_is_not_told(String type, String content, boolean wanted) {
        own.all();
        assertThat(watcher.wants(type, ("{" + content + "}").getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(wanted);
    }

    @Test
    void as_long_as_nobody_has_looked_for_own_indices_any_result_may_count() {
        OwnIndices unread = new OwnIndices(resources, reader, new FhirPathInputs(FhirContext.forR4Cached()), clock);
        RiskWatcher fresh = new RiskWatcher(resources, recorder, tables, assessed, unread, settings, clock);
        byte[] pressure =
                "{\"subject\":{\"reference\":\"Patient/a\"},\"code\":\"8480-6\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(fresh.wants("Observation", pressure)).isTrue();
        unread.all();
        assertThat(fresh.wants("Observation", pressure)).isFalse();
    }

    @Test
    void a_problem_list_that_says_that_nothing_is_known_narrows_the_range() {
        assertThat(lace().getPredictionFirstRep().hasRationale()).isTrue();
        ListResource list = new Ward().nothingKnown().lists.get(0);
        list.setSubject(new Reference("Patient/a"));
        told(resources.put(list));
        assertThat(lace().getMeta().getVersionId()).isEqualTo("2");
        assertThat(lace().getNote()).noneMatch(n -> n.getText().contains("no problem list"));
    }

    private RiskAssessment lace() {
        return (RiskAssessment) Objects.requireNonNull(
                resources.stored.get("RiskAssessment/" + RiskAssessments.id("RiskAssessment", "stay", "lace")));
    }

    private void told(Resource resource) {
        watcher.changed(new ResourceChanged(
                resource.fhirType(), resource.getIdElement().getIdPart(), 1, null, resource, clock.instant()));
    }
}
