package io.github.throughcare.fhir.index;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class LooseLinksTest {

    private final Keys keys = new Keys(7);
    private final Indexer indexer =
            new Indexer(new TypeIndex.Catalog(SearchParameters.r4(), keys, FhirContext.forR4Cached()), ZoneOffset.UTC);

    private IndexValues index(String type, String json) {
        return indexer.index(type, "x", (ObjectNode) new JsonMapper().readTree(json.replace('\'', '"')));
    }

    @Test
    void an_assessment_keeps_its_patient_and_its_stay_and_not_its_evidence() {
        IndexValues values = index(
                "RiskAssessment",
                "{'subject':{'reference':'Patient/p'},'encounter':{'reference':'Encounter/e'},'basis':[{'reference':'Condition/c'},{'reference':'Encounter/e'}]}");
        assertThat(values.links())
                .containsExactlyInAnyOrder(
                        keys.self("Patient", "p"), keys.self("Encounter", "e"), keys.self("Condition", "c"));
        assertThat(values.looseLinks()).containsExactly(keys.self("Condition", "c"));
    }

    @Test
    void every_other_resource_keeps_whatever_it_refers_to() {
        IndexValues values = index(
                "Condition",
                "{'subject':{'reference':'Patient/p'},'note':[{'authorReference':{'reference':'Practitioner/a'}}]}");
        assertThat(values.links()).contains(keys.self("Practitioner", "a"));
        assertThat(values.looseLinks()).isEmpty();
    }
}
