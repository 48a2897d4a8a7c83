package io.github.throughcare.care.risk;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.Ig;
import java.util.List;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.Flag.FlagStatus;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.OperationDefinition;
import org.hl7.fhir.r4.model.OperationDefinition.OperationDefinitionParameterComponent;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.RiskAssessment.RiskAssessmentPredictionComponent;
import org.hl7.fhir.r4.model.RiskAssessment.RiskAssessmentStatus;
import org.junit.jupiter.api.Test;

class RiskAssessmentsTest {

    private static Ward complete() {
        return new Ward()
                .priority("EM")
                .diagnoses("I50.22", "J44.9")
                .emergencies(2)
                .admissions(2)
                .hemoglobin("11.2")
                .sodium("133")
                .service("394802001")
                .assuming(true, false);
    }

    private static RiskAssessment lace(Ward ward) {
        return RiskAssessments.of(ward.lace(), ward.stay(), ward.policy);
    }

    @Test
    void a_complete_score_carries_method_basis_band_and_published_probability() {
        RiskAssessment assessment = lace(complete());
        RiskAssessmentPredictionComponent prediction = assessment.getPredictionFirstRep();

        assertThat(assessment.getStatus()).isEqualTo(RiskAssessmentStatus.FINAL);
        assertThat(assessment.getMethod().getCodingFirstRep().getSystem())
                .isEqualTo(Ig.BASE + "/CodeSystem/lace-index");
        assertThat(assessment.getMethod().getCodingFirstRep().getVersion()).isEqualTo("1.0.0");
        assertThat(assessment.getMethod().getCodingFirstRep().getCode()).isEqualTo("lace");
        assertThat(assessment.getBasis())
                .extracting(Reference::getReference)
                .contains("Encounter/index", "Condition/c1", "Condition/c2", "Encounter/ed1", "Encounter/ed2")
                .doesNotHaveDuplicates();
        assertThat(prediction.getProbabilityDecimalType().getValue()).isEqualByComparingTo("0.23");
        assertThat(prediction.getQualitativeRisk().getCodingFirstRep().getCode())
                .isEqualTo("high");
        assertThat(prediction.getQualitativeRisk().getCodingFirstRep().getSystem())
                .isEqualTo(Ig.SCORE_BAND);
        assertThat(points(prediction, "minPoints")).isEqualTo(14);
        assertThat(points(prediction, "maxPoints")).isEqualTo(14);
        assertThat(prediction.getWhenPeriod().getStartElement().getValueAsString())
                .isEqualTo("2026-03-15");
        assertThat(prediction.getWhenPeriod().getEndElement().getValueAsString())
                .isEqualTo("2026-04-14");
    }

    private static int points(RiskAssessmentPredictionComponent prediction, String name) {
        return ((IntegerType) prediction
                        .getExtensionByUrl(RiskAssessments.RISK_SCORE)
                        .getExtensionByUrl(name)
                        .getValue())
                .getValue();
    }

    @Test
    void a_range_has_no_probability_and_says_what_is_missing() {
        RiskAssessment assessment = lace(new Ward().priority("EM"));
        String json = FhirContext.forR4Cached().newJsonParser().encodeResourceToString(assessment);

        assertThat(json).doesNotContain("\"probabilityDecimal\"").contains("_probabilityDecimal");
        assertThat(assessment
                        .getPredictionFirstRep()
                        .getQualitativeRisk()
                        .getCodingFirstRep()
                        .getCode())
                .isEqualTo("uncertain");
        assertThat(assessment.getPredictionFirstRep().getRationale()).isEqualTo("7 to 16 points: moderate to high.");
        assertThat(assessment.getNote())
                .anySatisfy(n -> assertThat(n.getText())
                        .startsWith("Missing: ")
                        .contains("comorbidity")
                        .contains("emergency-visits"));
    }

    @Test
    void the_2013_cut_points_have_their_own_method_and_no_probability() {
        Ward ward = complete();
        ward.policy = Ward.cutPoints(ward.policy, "2013");
        RiskAssessment assessment = RiskAssessments.of(ward.hospital(), ward.stay(), ward.policy);
        assertThat(ward.hospital().complete()).isTrue();
        assertThat(assessment.getMethod().getCodingFirstRep().getSystem()).endsWith("hospital-score-2013");
        assertThat(assessment.getPredictionFirstRep().hasProbability()).isFalse();
    }

    @Test
    void an_open_stay_is_preliminary() {
        Ward ward = complete();
        ward.policy = Ward.policy("2026-03-12T08:00:00-04:00");
        assertThat(lace(ward).getStatus()).isEqualTo(RiskAssessmentStatus.PRELIMINARY);
        assertThat(lace(ward).getPredictionFirstRep().hasWhen()).isFalse();
    }

    @Test
    void the_id_derives_from_encounter_and_index_alone() {
        Ward ward = complete();
        List<String> ids = ward.scores().stream()
                .map(s -> RiskAssessments.of(s, ward.stay(), ward.policy)
                        .getIdElement()
                        .getIdPart())
                .toList();
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.length() == 36);
        Ward later = new Ward();
        assertThat(lace(later).getIdElement().getIdPart()).isEqualTo(ids.get(0));
    }

    @Test
    void the_same_result_at_a_later_time_is_no_news_even_after_it_was_stored() {
        Ward ward = complete();
        RiskAssessment fresh = lace(ward);
        var parser = FhirContext.forR4Cached().newJsonParser();
        RiskAssessment stored = parser.parseResource(RiskAssessment.class, parser.encodeResourceToString(fresh));
        stored.getMeta().setVersionId("3");
        ward.policy = Ward.assuming(Ward.policy("2026-04-02T12:00:00-04:00"), true, false);

        assertThat(ReadmissionRiskRecorder.saysTheSame(stored, lace(ward))).isTrue();
        ward.diagnoses("F03.90");
        assertThat(ReadmissionRiskRecorder.saysTheSame(stored, lace(ward))).isFalse();
    }

    @Test
    void the_flag_opens_once_closes_once_and_opens_again() {
        Ward ward = complete();
        Flag opened = RiskFlag.of(ward.scores(), ward.stay(), ward.policy, null).orElseThrow();
        assertThat(opened.getStatus()).isEqualTo(FlagStatus.ACTIVE);
        assertThat(opened.getCode().getCodingFirstRep().getSystem()).isEqualTo(Ig.FLAG_KIND);
        assertThat(opened.getEncounter().getReference()).isEqualTo("Encounter/index");
        assertThat(RiskFlag.of(ward.scores(), ward.stay(), ward.policy, opened)).containsSame(opened);

        Ward better =
                new Ward().priority("EL").nothingKnown().service("394802001").assuming(true, true);
        better.policy = Ward.policy("2026-04-02T12:00:00-04:00");
        Flag closed = RiskFlag.of(better.scores(), better.stay(), better.policy, opened)
                .orElseThrow();
        assertThat(closed.getStatus()).isEqualTo(FlagStatus.INACTIVE);
        assertThat(closed.getPeriod().getStartElement().getValueAsString())
                .isEqualTo(opened.getPeriod().getStartElement().getValueAsString());
        assertThat(closed.getPeriod().getEndElement().getValue())
                .isEqualTo(new DateTimeType("2026-04-02T12:00:00-04:00").getValue());
        assertThat(RiskFlag.of(better.scores(), better.stay(), better.policy, closed))
                .containsSame(closed);
        assertThat(RiskFlag.of(better.scores(), better.stay(), better.policy, null))
                .isEmpty();

        Flag again =
                RiskFlag.of(ward.scores(), ward.stay(), ward.policy, closed).orElseThrow();
        assertThat(again.getStatus()).isEqualTo(FlagStatus.ACTIVE);
        assertThat(again.getPeriod().hasEnd()).isFalse();
    }

    @Test
    void an_uncertain_band_is_not_high() {
        Ward ward = new Ward().priority("EM");
        assertThat(ward.lace().band()).isEqualTo("uncertain");
        assertThat(RiskFlag.of(ward.scores(), ward.stay(), ward.policy, null)).isEmpty();
    }

    @Test
    void the_answer_has_only_parts_that_the_definition_names() {
        List<OperationDefinitionParameterComponent> defined = new GuideOnClassPath()
                        .get(OperationDefinition.class, Ig.BASE + "/OperationDefinition/Encounter-readmission-risk")
                        .getParameter()
                        .stream()
                        .filter(p -> p.getName().equals("score"))
                        .flatMap(p -> p.getPart().stream())
                        .toList();
        List<String> components = defined.stream()
                .filter(p -> p.getName().equals("component"))
                .flatMap(p -> p.getPart().stream())
                .map(OperationDefinitionParameterComponent::getName)
                .toList();
        for (Ward ward : List.of(complete(), new Ward())) {
            for (ParametersParameterComponent score :
                    ScoreParameters.of(ward.scores(), ward.stay(), ward.policy).getParameter()) {
                assertThat(score.getPart())
                        .extracting(ParametersParameterComponent::getName)
                        .isSubsetOf(defined.stream()
                                .map(OperationDefinitionParameterComponent::getName)
                                .toList());
                assertThat(score.getPart().stream().flatMap(p -> p.getPart().stream()))
                        .extracting(ParametersParameterComponent::getName)
                        .isSubsetOf(components);
            }
        }
    }

    @Test
    void a_complete_score_answers_with_points_probability_and_evidence() {
        Ward ward = complete();
        Parameters answer = ScoreParameters.of(ward.scores(), ward.stay(), ward.policy);

        assertThat(answer.getParameter())
                .extracting(ParametersParameterComponent::getName)
                .containsOnly("score");
        ParametersParameterComponent lace = answer.getParameterFirstRep();
        assertThat(lace.getPart())
                .extracting(ParametersParameterComponent::getName)
                .containsExactly(
                        "index",
                        "points",
                        "minPoints",
                        "maxPoints",
                        "complete",
                        "band",
                        "probability",
                        "component",
                        "component",
                        "component",
                        "component",
                        "assessment");
        ParametersParameterComponent comorbidity = lace.getPart().get(9);
        assertThat(comorbidity.getPart())
                .extracting(p -> p.getName() + "="
                        + (p.getValue() instanceof Reference r
                                ? r.getReference()
                                : p.getValue().primitiveValue()))
                .containsExactly(
                        "code=comorbidity",
                        "status=known",
                        "value=4",
                        "points=5",
                        "evidence=Condition/c1",
                        "evidence=Condition/c2");
    }
}
