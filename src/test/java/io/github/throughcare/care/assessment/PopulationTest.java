package io.github.throughcare.care.assessment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Expression;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.junit.jupiter.api.Test;

/** Where the answers of a filled form come from. */
class PopulationTest {

    private static final String SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
    private static final Coding WEIGHT = new Coding("http://loinc.org", "29463-7", null);

    private final Map<String, List<Base>> context = new HashMap<>();
    private final Questionnaire form = new Questionnaire().setUrl("http://example.org/Questionnaire/intake");

    @Test
    void an_expression_on_the_patient_fills_text_and_date() {
        expression(item("name", QuestionnaireItemType.STRING), "%patient.name.first().family");
        expression(item("born", QuestionnaireItemType.DATE), "%patient.birthDate");
        QuestionnaireResponse response = filled(Optional.empty());
        assertThat(response.getStatus()).isEqualTo(QuestionnaireResponseStatus.INPROGRESS);
        assertThat(response.getSubject().getReference()).isEqualTo("Patient/7");
        assertThat(said(response)).containsExactly("name=Lark", "born=1950-04-01");
    }

    @Test
    void a_code_of_the_record_is_answered_by_the_option_that_has_it() {
        QuestionnaireItemComponent sex = item("sex", QuestionnaireItemType.CHOICE);
        sex.addAnswerOption().setValue(new Coding("http://hl7.org/fhir/administrative-gender", "male", null));
        sex.addAnswerOption().setValue(new Coding("http://hl7.org/fhir/administrative-gender", "female", null));
        expression(sex, "%patient.gender");
        Coding answer = (Coding)
                filled(Optional.empty()).getItemFirstRep().getAnswerFirstRep().getValue();
        assertThat(answer.getCode()).isEqualTo("female");
    }

    @Test
    void the_latest_observation_comes_before_the_initial_value() {
        QuestionnaireItemComponent weight =
                item("weight", QuestionnaireItemType.DECIMAL).addCode(WEIGHT);
        weight.addExtension(
                SDC + "observationLinkPeriod", new Duration().setValue(1).setCode("mo"));
        weight.addInitial().setValue(new IntegerType(70));
        assertThat(said(filled(Optional.of(new Quantity(81.5))))).containsExactly("weight=81.5");
        assertThat(said(filled(Optional.empty()))).containsExactly("weight=70");
    }

    @Test
    void what_does_not_fit_the_item_is_left_out() {
        QuestionnaireItemComponent weight =
                item("weight", QuestionnaireItemType.DECIMAL).addCode(WEIGHT);
        weight.addExtension(
                SDC + "observationLinkPeriod", new Duration().setValue(1).setCode("mo"));
        assertThat(filled(Optional.of(new CodeableConcept().setText("heavy")))
                        .getItemFirstRep()
                        .hasAnswer())
                .isFalse();
        assertThat(filled(Optional.of(new StringType("81"))).getItemFirstRep().hasAnswer())
                .isFalse();
    }

    @Test
    void groups_keep_their_shape() {
        QuestionnaireItemComponent group = item("group", QuestionnaireItemType.GROUP);
        expression(group.addItem().setLinkId("name").setType(QuestionnaireItemType.STRING), "%patient.name.family");
        QuestionnaireResponseItemComponent filled = filled(Optional.empty()).getItemFirstRep();
        assertThat(filled.getItemFirstRep().getAnswerFirstRep().getValue().primitiveValue())
                .isEqualTo("Lark");
    }

    private QuestionnaireItemComponent item(String linkId, QuestionnaireItemType type) {
        return form.addItem().setLinkId(linkId).setType(type);
    }

    private static void expression(QuestionnaireItemComponent item, String expression) {
        item.addExtension(
                SDC + "initialExpression",
                new Expression().setLanguage("text/fhirpath").setExpression(expression));
    }

    @Test
    void an_expression_sees_what_the_form_was_opened_with() {
        context.put("user", List.of(new Practitioner().addName(new HumanName().setFamily("Wren"))));
        expression(item("by", QuestionnaireItemType.STRING), "%user.name.family");
        expression(item("nobody", QuestionnaireItemType.STRING), "%encounter.id");
        assertThat(filled(Optional.empty())
                        .getItemFirstRep()
                        .getAnswerFirstRep()
                        .getValue()
                        .primitiveValue())
                .isEqualTo("Wren");
        assertThat(filled(Optional.empty()).getItem().get(1).hasAnswer()).isFalse();
    }

    @Test
    void a_decimal_does_not_become_another_integer() {
        expression(item("count", QuestionnaireItemType.INTEGER), "2.6");
        assertThat(filled(Optional.empty()).getItemFirstRep().hasAnswer()).isFalse();
    }

    private QuestionnaireResponse filled(Optional<Type> observed) {
        Patient patient = new Patient();
        patient.setId("7");
        patient.addName().setFamily("Lark");
        patient.setBirthDateElement(new DateType("1950-04-01"));
        patient.setGender(AdministrativeGender.FEMALE);
        BiFunction<List<Coding>, Duration, Optional<Type>> latest = (codes, period) -> observed;
        Form ready = new FormReader(Filled.EXPRESSIONS, Filled.NONE).read(form);
        return new Population(ready, patient, context, Filled.EXPRESSIONS, latest)
                .response(new DateTimeType("2026-11-02T10:30:00Z"));
    }

    private static List<String> said(QuestionnaireResponse response) {
        return response.getItem().stream()
                .map(i -> i.getLinkId() + "=" + i.getAnswerFirstRep().getValue().primitiveValue())
                .toList();
    }
}
