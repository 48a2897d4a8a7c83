package io.github.throughcare.fhir.index;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ContainedValuesTest {

    private final Indexer indexer = new Indexer(
            new TypeIndex.Catalog(SearchParameters.r4(), new Keys(7), FhirContext.forR4Cached()), ZoneOffset.UTC);

    /** Observations that all have all as members. */
    private static ObjectNode mutual(int count) {
        ObjectNode report = new JsonMapper().createObjectNode();
        ArrayNode contained = report.putArray("contained");
        ArrayNode results = report.putArray("result");
        for (int i = 0; i < count; i++) {
            results.addObject().put("reference", "#o" + i);
            ObjectNode observation = contained.addObject();
            observation.put("resourceType", "Observation").put("id", "o" + i);
            ArrayNode members = observation.putArray("hasMember");
            for (int other = 0; other < count; other++) {
                members.addObject().put("reference", "#o" + other);
            }
        }
        return report;
    }

    @Test
    void a_circle_is_followed_as_far_as_a_chain_goes() {
        int tokens = indexer.index("DiagnosticReport", "x", mutual(1)).tokens().length;
        assertThat(tokens).isGreaterThan(5);
        assertThat(indexer.index("DiagnosticReport", "x", mutual(4)).tokens().length)
                .isGreaterThanOrEqualTo(tokens);
    }

    @Test
    void of_more_ways_than_can_be_kept_the_first_step_is() {
        int direct = indexer.index("DiagnosticReport", "x", flat(20)).tokens().length;
        assertThat(indexer.index("DiagnosticReport", "x", mutual(20)).tokens().length)
                .isGreaterThanOrEqualTo(direct)
                .isLessThan(indexer.index("DiagnosticReport", "x", mutual(5)).tokens().length);
    }

    /** Observations that refer to nothing. */
    private static ObjectNode flat(int count) {
        ObjectNode report = mutual(count);
        report.get("contained").forEach(o -> ((ObjectNode) o).remove("hasMember"));
        return report;
    }
}
