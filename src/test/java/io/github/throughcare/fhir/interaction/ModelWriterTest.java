package io.github.throughcare.fhir.interaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.FilledResource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@link ModelWriter} writes as HAPI's encoder does. */
class ModelWriterTest {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    private final ModelWriter writer = new ModelWriter(CONTEXT);

    static Stream<String> types() {
        return CONTEXT.getResourceTypes().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("types")
    void every_element_of_every_type_is_written_as_hapi_writes_it(String type) {
        for (int seed = 0; seed < 12; seed++) {
            check(FilledResource.of(type, seed));
        }
    }

    @Test
    void the_guide_and_its_examples_are_written_as_hapi_writes_them() throws IOException {
        int quick = 0;
        try (Stream<Path> files = Files.walk(Path.of("ig/input"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
                Resource resource = (Resource) CONTEXT.newJsonParser()
                        .parseResource(Files.readString(file).replaceAll("\\{\\{[^}]*}}", "2026-01-31"));
                quick += check(resource);
                if (resource instanceof Bundle bundle) {
                    for (Bundle.BundleEntryComponent entry : bundle.getEntry()) {
                        quick += entry.hasResource() ? check(entry.getResource()) : 0;
                    }
                }
            }
        }
        assertThat(quick).isGreaterThan(10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'resourceType':'Patient','id':'1','meta':{'profile':['http://a'],'tag':[{'code':'x'}]},'active':true,'name':[{'given':['A','B']}]}",
                "{'resourceType':'Patient','_birthDate':{'extension':[{'url':'http://x','valueDateTime':'2026-01-01T08:00:00+02:00'}]},'birthDate':'1950-01'}",
                "{'resourceType':'Patient','name':[{'given':['A',null],'_given':[null,{'extension':[{'url':'http://x','valueCode':'unknown'}]}]}]}",
                "{'resourceType':'Patient','deceasedBoolean':false,'multipleBirthInteger':2}",
                "{'resourceType':'Patient','text':{'status':'generated','div':'<div xmlns=\\'http://www.w3.org/1999/xhtml\\'><p>a &lt; b</p></div>'}}",
                "{'resourceType':'Observation','status':'final','code':{'text':'x'},'valueQuantity':{'value':1.10,'comparator':'<','unit':'g'}}",
                "{'resourceType':'Observation','status':'final','code':{'text':'x'},'valueQuantity':{'value':1E+2}}",
                "{'resourceType':'Observation','status':'final','code':{'text':'x'},'valueQuantity':{'value':0.00000010}}",
                "{'resourceType':'Observation','status':'final','code':{'text':'x'},'component':[{'code':{'text':'y'},'valueSampledData':{'origin':{'value':1},'period':10,'dimensions':1,'data':'1 2'}}]}",
                "{'resourceType':'RiskAssessment','prediction':[{'probabilityDecimal':0.173},{'_probabilityDecimal':{'extension':[{'url':'http://x','valueCode':'unknown'}]}}]}",
                "{'resourceType':'Task','status':'requested','intent':'order','contained':[{'resourceType':'Patient','id':'p'}],'for':{'reference':'#p'}}",
                "{'resourceType':'Task','status':'requested','intent':'order','for':{'reference':'Patient/1/_history/3'}}",
                "{'resourceType':'Location','position':{'longitude':7.1,'latitude':0.50}}",
                "{'resourceType':'ClaimResponse','addItem':[{'itemSequence':[1,2]}]}",
            })
    void primitives_choices_and_their_extensions_are_written_as_hapi_writes_them(String json) {
        check((Resource) CONTEXT.newJsonParser()
                .parseResource(json.replace("\\'", "\\\"").replace('\'', '"')));
    }

    @Test
    void a_transaction_is_written_as_hapi_writes_it() {
        Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        Patient patient = new Patient();
        patient.setId("Patient/p1");
        bundle.addEntry()
                .setResource(patient)
                .getRequest()
                .setMethod(Bundle.HTTPVerb.PUT)
                .setUrl("Patient/p1")
                .setIfMatch("W/\"3\"");
        bundle.addEntry()
                .setFullUrl("urn:uuid:9d4c1b6c-3f0c-4bd6-9a2b-0a8c6a1f7b11")
                .setResource(new Task().setFor(new Reference("Patient/p1")))
                .getRequest()
                .setMethod(Bundle.HTTPVerb.POST)
                .setUrl("Task")
                .setIfNoneExist("identifier=a|b");
        bundle.addEntry().getRequest().setMethod(Bundle.HTTPVerb.DELETE).setUrl("Task/t");
        assertThat(ModelWriter.quick(bundle)).hasToString(hapi(bundle));
        assertThat(writer.write(bundle)).hasToString(hapi(bundle));
    }

    @Test
    void an_answer_is_written_as_hapi_writes_it() {
        Bundle bundle = new Bundle().setType(Bundle.BundleType.SEARCHSET).setTotal(3);
        bundle.addLink().setRelation("self").setUrl("http://a/b");
        Patient patient = new Patient();
        patient.setId("Patient/p1/_history/4");
        patient.getMeta().setVersionId("4");
        bundle.addEntry()
                .setFullUrl("http://a/Patient/p1")
                .setResource(patient)
                .getSearch()
                .setMode(Bundle.SearchEntryMode.MATCH)
                .setScore(0.5);
        check(bundle);
        Parameters parameters = new Parameters();
        parameters.addParameter().setName("score").addPart().setName("points").setValue(new IntegerType(3));
        parameters.addParameter().setName("assessment").setResource(patient);
        check(parameters);
        assertThat(new String(writer.bytes(parameters), StandardCharsets.UTF_8)).isEqualTo(hapi(parameters));
    }

    @Test
    void a_reference_that_holds_an_object_is_left_to_hapi() {
        Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        bundle.addEntry()
                .setResource(new Task().setFor(new Reference(new Patient().setActive(true))))
                .getRequest()
                .setMethod(Bundle.HTTPVerb.POST)
                .setUrl("Task");
        assertThatThrownBy(() -> ModelWriter.quick(bundle)).isInstanceOf(ModelWriter.Unusual.class);
        assertThat(writer.write(bundle)).hasToString(hapi(bundle));
    }

    private int check(Resource resource) {
        // as trees: in which order elements stand says nothing
        JsonNode expected = JsonBodies.parse(hapi(resource).getBytes(StandardCharsets.UTF_8));
        assertThat(JsonBodies.parse(writer.write(resource).toString().getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(expected);
        try {
            ModelWriter.quick(resource);
            return 1;
        } catch (ModelWriter.Unusual e) {
            return 0;
        }
    }

    private static String hapi(Resource resource) {
        return JsonBodies.parse(
                        CONTEXT.newJsonParser().encodeResourceToString(resource).getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
