package io.github.throughcare.care.transition;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StayRiskTest {

    private static final String SCORE =
            "{'url':'https://throughcare.github.io/ig/StructureDefinition/risk-score','extension':[{'url':'maxPoints','valueInteger':19},{'url':'minPoints','valueInteger':%s}]}";

    private static String json(String content) {
        return ("{'resourceType':'RiskAssessment','id':'r1','meta':{'versionId':'1','lastUpdated':'2026-11-22T10:00:00.123456Z'},"
                        + content + "}")
                .replace('\'', '"');
    }

    private static StayRisk ofModel(String json) {
        return StayRisk.of(FhirContext.forR4Cached().newJsonParser().parseResource(RiskAssessment.class, json));
    }

    private static final String USUAL =
            "'status':'preliminary','encounter':{'reference':'Encounter/e.1-x'},'occurrenceDateTime':'2026-11-22T05:00:00.7-05:00',";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'method':{'coding':[{'system':'https://throughcare.github.io/ig/CodeSystem/lace-index','code':'lace','version':'1'}]},'prediction':[{'extension':[SCORE12],'qualitativeRisk':{'coding':[{'system':'b','code':'high'}]}}]",
                "'method':{'coding':[{'code':'lace'}]},'prediction':[{'extension':[SCORE3,SCORE9]},{'extension':[SCORE5]}]",
                "'method':{'coding':[{'system':'https://throughcare.github.io/ig/CodeSystem/lace-index','code':'lace-2'}]},'prediction':[{'extension':[SCORE4]}]",
                "'method':{'coding':[{'code':'hospital'},{'code':'lace'}]},'prediction':[{'extension':[SCORE4],'qualitativeRisk':{'coding':[{'code':'low'},{'display':'none'}]}},{'qualitativeRisk':{'coding':[{'code':'high'}]}}]",
                "'method':{'coding':[{'code':'hospital'}]},'prediction':[{'extension':[SCORE4]}]",
                "'method':{'coding':[{'code':'lace'}]}",
                "'method':{'coding':[{'code':'lace'}]},'prediction':[{'extension':[{'url':'other','extension':[{'url':'minPoints','valueInteger':7}]}]}]",
            })
    void stored_json_says_the_same_as_the_object_made_of_it(String content) {
        String filled = content;
        for (int n : new int[] {12, 3, 9, 5, 4}) {
            filled = filled.replace("SCORE" + n, SCORE.formatted(n));
        }
        for (String status : new String[] {"preliminary", "final", "entered-in-error", "cancelled"}) {
            String json = json(USUAL.replace("preliminary", status) + filled);
            assertThat(StayRisk.of(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(ofModel(json));
        }
    }

    @Test
    void what_a_new_one_says_is_read_whole() {
        StayRisk risk = StayRisk.of(json(USUAL
                        + "'method':{'coding':[{'code':'lace'}]},'prediction':[{'extension':[" + SCORE.formatted(12)
                        + "],'qualitativeRisk':{'coding':[{'code':'high'}]}}]")
                .getBytes(StandardCharsets.UTF_8));
        assertThat(risk)
                .isEqualTo(new StayRisk(
                        "r1",
                        "e.1-x",
                        "code lace",
                        true,
                        Instant.parse("2026-11-22T10:00:00.700Z"),
                        Instant.parse("2026-11-22T10:00:00.123Z"),
                        Set.of("high"),
                        12));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'status':'final','encounter':{'reference':'Encounter/e'},'occurrenceDateTime':'2026-11-22','method':{'coding':[{'code':'lace'}]}",
                "'status':'final','encounter':{'reference':'Encounter/e'},'occurrencePeriod':{'start':'2026-11-22T10:00:00Z'},'method':{'coding':[{'code':'lace'}]}",
                "'status':'final','encounter':{'reference':'Encounter/e'},'method':{'coding':[{'code':'lace'}]}",
                "'status':'final','encounter':{'reference':'Encounter/e/_history/2'},'occurrenceDateTime':'2026-11-22T10:00:00Z','method':{'coding':[{'code':'lace'}]}",
                "'status':'final','encounter':{'reference':'http://elsewhere.example/Encounter/e'},'occurrenceDateTime':'2026-11-22T10:00:00Z','method':{'coding':[{'code':'lace'}]}",
                "'status':'final','encounter':{'identifier':{'value':'e'}},'occurrenceDateTime':'2026-11-22T10:00:00Z','method':{'coding':[{'code':'lace'}]}",
                "'status':'final','encounter':{'reference':'Encounter/e'},'occurrenceDateTime':'2026-11-22T10:00:00Z','method':{'coding':[{'display':'x'},{'code':'lace'}]}",
                "'status':'final','encounter':{'reference':'Encounter/e'},'occurrenceDateTime':'2026-11-22T10:00:00Z','method':{'text':'own'}",
                "'status':'final','encounter':{'reference':'Encounter/e'},'occurrenceDateTime':'2026-11-22T10:00:00Z'",
            })
    void of_an_unusual_form_the_store_is_asked(String content) {
        assertThat(StayRisk.of(json(content).getBytes(StandardCharsets.UTF_8))).isNull();
    }
}
