package io.github.throughcare.fhir.validation;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Resources that HAPI writes are right, so nothing may be found in them. */
class StructureExamplesTest {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();
    private static final Structure STRUCTURE = new Structure(CONTEXT);
    private static final JsonMapper JSON = new JsonMapper();

    /** About 1.3 KB. */
    private static final String OBSERVATION = """
            {"resourceType":"Observation","id":"blood-pressure","meta":{"versionId":"3","lastUpdated":"2026-03-02T08:15:30.120Z",
            "profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-blood-pressure"]},"identifier":[{"system":"urn:ietf:rfc:3986",
            "value":"urn:uuid:187e0c12-8dd2-67e2-99b2-bf273c878281"}],"status":"final","category":[{"coding":[{"system":
            "http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs","display":"Vital Signs"}]}],"code":{"coding":[
            {"system":"http://loinc.org","code":"85354-9","display":"Blood pressure panel"}],"text":"Blood pressure systolic & diastolic"},
            "subject":{"reference":"Patient/42"},"encounter":{"reference":"Encounter/7"},"effectiveDateTime":"2026-03-02T08:10:00+01:00",
            "performer":[{"reference":"Practitioner/9"}],"interpretation":[{"coding":[{"system":
            "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"L","display":"low"}]}],"component":[{"code":{"coding":[
            {"system":"http://loinc.org","code":"8480-6","display":"Systolic"}]},"valueQuantity":{"value":107,"unit":"mmHg","system":
            "http://unitsofmeasure.org","code":"mm[Hg]"}},{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4","display":"Diastolic"}]},
            "valueQuantity":{"value":60,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}""";

    @Test
    void a_filled_resource_of_every_type_passes() {
        for (String type : new TreeSet<>(CONTEXT.getResourceTypes())) {
            for (int seed = 0; seed < 4; seed++) {
                String json = new FilledResource(CONTEXT, new Random(seed)).of(type);
                ObjectNode tree = (ObjectNode) JSON.readTree(json);
                assertThat(tree.size()).as(type).isGreaterThan(1);
                assertThat(STRUCTURE.check(tree)).as("%s, seed %d", type, seed).isEmpty();
            }
        }
    }

    @Test
    void speed_of_an_observation() {
        ObjectNode tree = (ObjectNode) JSON.readTree(OBSERVATION);
        assertThat(STRUCTURE.check(tree)).isEmpty();
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 10; round++) {
            long before = System.nanoTime();
            for (int i = 0; i < 20_000; i++) {
                STRUCTURE.check(tree);
            }
            best = Math.min(best, (System.nanoTime() - before) / 20_000);
        }
        System.out.printf("check of an Observation of %d bytes: %d ns%n", OBSERVATION.length(), best);
    }
}
