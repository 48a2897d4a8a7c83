package io.github.throughcare.fhir.storage;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.FilledResource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@link ModelReader} reads as HAPI's parser does. */
class ModelReaderTest {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    static Stream<String> types() {
        return CONTEXT.getResourceTypes().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("types")
    void every_element_of_every_type_is_read_as_hapi_reads_it(String type) {
        int quick = 0;
        for (int seed = 0; seed < 12; seed++) {
            Resource made = FilledResource.of(type, seed);
            made.getMeta().setVersionId("7").setLastUpdated(new java.util.Date(1_700_000_000_123L));
            byte[] json = json(made);
            check(json, false);
            quick += ModelReader.quick(json, null) == null ? 0 : 1;
        }
        // some choices of types the model cannot add by name, such as PlanDefinition.action.definitionCanonical
        if (!Set.of("Bundle", "Parameters", "PlanDefinition", "StructureDefinition")
                .contains(type)) {
            assertThat(quick).isGreaterThan(8);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void of_a_part_nothing_else_is_read(String type) {
        JsonMapper mapper = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
        for (int seed = 0; seed < 4; seed++) {
            Resource made = FilledResource.of(type, seed);
            made.setId("a");
            made.getMeta().setVersionId("7").setLastUpdated(new java.util.Date(1_700_000_000_123L));
            byte[] json = json(made);
            ObjectNode part = (ObjectNode) mapper.readTree(json);
            int odd = seed % 2;
            List<String> names = part.propertyNames().stream()
                    .filter(n -> !n.startsWith("_") && !n.equals("contained"))
                    .toList();
            Set<String> only = IntStream.range(0, names.size())
                    .filter(i -> i % 2 == odd)
                    .mapToObj(names::get)
                    .collect(Collectors.toSet());
            part.retain(part.propertyNames().stream()
                    .filter(n -> Set.of("resourceType", "id", "meta").contains(n.replace("_", ""))
                            || only.stream().anyMatch(o -> n.matches("_?" + o + "([A-Z].*)?")))
                    .toList());
            Resource read = ModelReader.quick(json, only);
            if (read != null) {
                String expected = CONTEXT.newJsonParser().encodeResourceToString((Resource)
                        CONTEXT.newJsonParser().parseResource(part.toString()));
                assertThat(CONTEXT.newJsonParser().encodeResourceToString(read)).isEqualTo(expected);
            }
        }
    }

    @Test
    void a_choice_of_types_is_named_without_the_type() {
        RiskAssessment read = (RiskAssessment)
                ModelReader.quick("""
                {"resourceType":"RiskAssessment","id":"r","status":"final","occurrenceDateTime":"2026-01-02",
                 "basis":[{"reference":"Condition/c"}],"note":[{"text":"long"}],
                 "prediction":[{"qualitativeRisk":{"coding":[{"code":"high"}]}}]}""".getBytes(StandardCharsets.UTF_8), Set.of("occurrence", "prediction"));
        assertThat(read).isNotNull();
        assertThat(read.getOccurrenceDateTimeType().getValueAsString()).isEqualTo("2026-01-02");
        assertThat(read.getPredictionFirstRep()
                        .getQualitativeRisk()
                        .getCodingFirstRep()
                        .getCode())
                .isEqualTo("high");
        assertThat(read.hasBasis() || read.hasNote() || read.hasStatus()).isFalse();
        assertThat(read.getIdElement().getIdPart()).isEqualTo("r");
    }

    @Test
    void the_guide_is_read_as_hapi_reads_it() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("ig/input"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
                byte[] json = Files.readString(file)
                        .replaceAll("\\{\\{[^}]*}}", "2026-01-31")
                        .getBytes(StandardCharsets.UTF_8);
                check(json, false);
                if (new String(json, StandardCharsets.UTF_8).contains("\"Bundle\"")
                        && CONTEXT.newJsonParser().parseResource(new String(json, StandardCharsets.UTF_8))
                                instanceof Bundle bundle) {
                    bundle.getEntry().stream()
                            .filter(Bundle.BundleEntryComponent::hasResource)
                            .forEach(e -> check(json(e.getResource()), false));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'resourceType':'Patient','id':'1','meta':{'versionId':'3','lastUpdated':'2026-01-01T00:00:00.000Z'},'active':true}",
                "{'id':'1','active':false,'resourceType':'Patient'}",
                "{'resourceType':'Patient','name':[{'given':['A',null,'B'],'_given':[null,{'id':'g','extension':[{'url':'http://x','valueCode':'unknown'}]},null]}]}",
                "{'resourceType':'Patient','name':[{'_given':[null,{'extension':[{'url':'http://x','valueCode':'unknown'}]}],'given':['A',null]}]}",
                "{'resourceType':'Patient','_birthDate':{'extension':[{'url':'http://x','valueDateTime':'2026-01-01T08:00:00+02:00'}]},'birthDate':'1950-01'}",
                "{'resourceType':'Patient','_deceasedBoolean':{'extension':[{'url':'http://x','valueCode':'unknown'}]}}",
                "{'resourceType':'Patient','deceasedDateTime':'2026-01-01T08:00:00Z','_deceasedDateTime':{'id':'d'}}",
                "{'resourceType':'Patient','_deceasedDateTime':{'id':'d'},'deceasedDateTime':'2026'}",
                "{'resourceType':'Observation','status':'final','valueQuantity':{'value':1.10,'comparator':'<','unit':'g'},'code':{'text':'x'}}",
                "{'resourceType':'Observation','status':'final','valueQuantity':{'value':0.00000010},'code':{'text':'\\u00e9\\ud83d\\ude00'}}",
                "{'resourceType':'RiskAssessment','prediction':[{'probabilityDecimal':0.173},{'_probabilityDecimal':{'extension':[{'url':'http://x','valueCode':'unknown'}]}}]}",
                "{'resourceType':'Task','status':'requested','intent':'order','for':{'reference':'Patient/1'},'input':[{'type':{'text':'t'},'valueReference':{'reference':'http://a/b/Patient/1'}}]}",
                "{'resourceType':'Patient','text':{'status':'generated','div':'<div xmlns=\\'http://www.w3.org/1999/xhtml\\'><p>a &lt; b</p></div>'}}",
            })
    void primitives_choices_and_their_extensions_are_read_as_hapi_reads_them(String json) {
        check(json.replace("\\'", "\\\"").replace('\'', '"').getBytes(StandardCharsets.UTF_8), true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'resourceType':'Task','contained':[{'resourceType':'Patient','id':'p'}],'for':{'reference':'#p'}}",
                "{'resourceType':'Observation','status':'final','valueQuantity':{'value':1E+2},'code':{'text':'x'}}",
                "{'resourceType':'Bundle','type':'collection','entry':[{'resource':{'resourceType':'Patient'}}]}",
                "{'resourceType':'Parameters','parameter':[{'name':'x','valueString':'y'}]}",
            })
    void what_holds_other_resources_or_is_unusual_is_left_to_hapi(String json) {
        byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        assertThat(ModelReader.quick(bytes, null)).isNull();
        check(bytes, false);
    }

    private static byte[] json(Resource resource) {
        return CONTEXT.newJsonParser().encodeResourceToString(resource).getBytes(StandardCharsets.UTF_8);
    }

    private static void check(byte[] json, boolean quick) {
        Resource expected = (Resource) CONTEXT.newJsonParser().parseResource(new String(json, StandardCharsets.UTF_8));
        if (quick) {
            assertThat(ModelReader.quick(json, null))
                    .as(new String(json, StandardCharsets.UTF_8))
                    .isNotNull();
        }
        Resource actual = new ModelReader(CONTEXT).read(json);
        assertThat(new String(json(actual), StandardCharsets.UTF_8))
                .isEqualTo(new String(json(expected), StandardCharsets.UTF_8));
        assertThat(actual.equalsDeep(expected)).isTrue();
        assertThat(expected.equalsDeep(actual)).isTrue();
        assertThat(actual.getIdElement().getValue())
                .isEqualTo(expected.getIdElement().getValue());
        assertThat(actual.getMeta().getVersionId()).isEqualTo(expected.getMeta().getVersionId());
    }
}
