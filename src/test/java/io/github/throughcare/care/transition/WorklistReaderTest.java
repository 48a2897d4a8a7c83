package io.github.throughcare.care.transition;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.util.List;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.junit.jupiter.api.Test;

class WorklistReaderTest {

    /** FHIR allows a primitive that only says why it has no value. */
    @Test
    void a_band_whose_code_is_absent_is_no_band() {
        RiskAssessment assessment = FhirContext.forR4Cached().newJsonParser().parseResource(RiskAssessment.class, """
                        {"resourceType":"RiskAssessment","status":"final","prediction":[
                         {"qualitativeRisk":{"coding":[{"_code":{"extension":[{
                           "url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}}]}},
                         {"qualitativeRisk":{"coding":[{"code":"high"}]}}]}""");
        assertThat(WorklistReader.bands(List.of(assessment))).containsExactly("high");
    }
}
