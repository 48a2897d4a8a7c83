package io.github.throughcare.care.transition;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.CareSettings;
import io.github.throughcare.fhir.CommitListener.Written;
import io.github.throughcare.fhir.InMemoryResources;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CurrentStaysTest {

    private final InMemoryResources resources = new InMemoryResources(FhirContext.forR4Cached()).withGuide();
    private final StoredTransition store = new StoredTransition(resources);
    private final CurrentStays stays = new CurrentStays(
            resources, store, new WorklistReader(store, new CareSettings("America/New_York")), Clock.systemUTC());

    private void inHouse(String id) {
        Encounter stay = new Encounter();
        stay.setId("e-" + id);
        stay.setStatus(EncounterStatus.INPROGRESS);
        stay.setClass_(new Coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "IMP", null));
        stay.setSubject(new Reference("Patient/" + id));
        resources.with(stay);
    }

    private void assessed(String id, String band) {
        RiskAssessment risk = new RiskAssessment();
        risk.setId("r-" + id);
        risk.setSubject(new Reference("Patient/" + id));
        risk.setEncounter(new Reference("Encounter/e-" + id));
        risk.addPrediction().getQualitativeRisk().addCoding().setCode(band);
        resources.with(risk);
        stays.written(List.of(new Written("RiskAssessment", "r-" + id, json("RiskAssessment", "r-" + id, id))));
    }

    private static byte[] json(String type, String id, String patient) {
        return ("{\"resourceType\":\"" + type + "\",\"id\":\"" + id
                        + "\",\"meta\":{\"versionId\":\"1\"},\"status\":\"in-progress\",\"subject\":{\"reference\":\"Patient/"
                        + patient + "\"},\"encounter\":{\"reference\":\"Encounter/e-" + patient + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private List<String> high() {
        return stays
                .ask(list -> list.page(List.of(Set.of(WorklistRow.band("high"))), null, null, false, 9))
                .rows()
                .stream()
                .map(WorklistRow::id)
                .toList();
    }

    @Test
    void a_new_risk_is_taken_over_without_reading_the_stay_again() {
        inHouse("a");
        inHouse("b");
        assertThat(high()).isEmpty();
        resources.queries.clear();
        assessed("a", "high");
        assessed("nobody", "high");
        assertThat(high()).containsExactly("e-a");
        assertThat(resources.queries).hasSize(1).allMatch(q -> q.startsWith("RiskAssessment?encounter="));

        assessed("b", "high");
        assessed("a", "low");
        assertThat(high()).containsExactly("e-b");
        resources.stored.remove("RiskAssessment/r-b");
        stays.written(List.of(new Written("RiskAssessment", "r-b", null)));
        assertThat(high()).isEmpty();
        assertThat(stays.ask(Worklist::size)).isEqualTo(2);
    }

    @Test
    void what_is_much_is_taken_over_before_anybody_asks() {
        stays.ask(Worklist::size);
        for (int i = 0; i < 250; i++) {
            inHouse("n" + i);
            stays.written(List.of(new Written("Encounter", "e-n" + i, json("Encounter", "e-n" + i, "n" + i))));
        }
        stays.catchUp();
        resources.queries.clear();
        assertThat(stays.ask(Worklist::size)).isEqualTo(250);
        assertThat(resources.queries).isEmpty();
    }

    @ParameterizedTest(name = "{0} version {1}, {2}: {3}")
    @CsvSource({
        "Encounter, 1, in-progress, true",
        "Encounter, 1, finished, false",
        "Encounter, 2, finished, true",
        "Encounter, 12, cancelled, true",
        "Task, 1, requested, true",
        "Task, 1, draft, true",
        "Task, 1, on-hold, true",
        "Task, 1, completed, false",
        "Task, 1, cancelled, false",
        "Task, 2, completed, true",
    })
    void only_what_can_stand_in_a_row_or_may_have_stood_in_one_matters(
            String type, int version, String status, boolean matters) {
        String json = "{\"resourceType\":\"" + type + "\",\"id\":\"1\",\"meta\":{\"versionId\":\"" + version
                + "\"},\"status\":\"" + status + "\"}";
        assertThat(CurrentStays.mayMatter(type, json.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(matters);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {"\"encounter\":{\"reference\":\"Encounter/1\"}; true", "\"status\":\"final\"; false"})
    void a_risk_matters_that_is_of_a_stay(String content, boolean matters) {
        String json =
                "{\"resourceType\":\"RiskAssessment\",\"id\":\"1\",\"meta\":{\"versionId\":\"1\"}," + content + "}";
        assertThat(CurrentStays.mayMatter("RiskAssessment", json.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(matters);
    }
}
