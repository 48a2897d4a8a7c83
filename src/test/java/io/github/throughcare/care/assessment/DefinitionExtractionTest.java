package io.github.throughcare.care.assessment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.throughcare.care.assessment.DefinitionExtraction.Extracted;
import io.github.throughcare.fhir.Problem;
import java.util.List;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Expression;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemComponent;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.hl7.fhir.r4.model.UriType;
import org.junit.jupiter.api.Test;

/** Resources that a form describes element by element. */
class DefinitionExtractionTest {

    private static final String BASE = "http://hl7.org/fhir/StructureDefinition/";

    private final Questionnaire form = new Questionnaire().setUrl("http://example.org/Questionnaire/intake");
    private final Patient patient = new Patient();

    @Test
    void a_form_makes_a_patient_and_what_was_asked_together_stands_together() {
        form.addExtension(Extensions.SDC + "itemExtractionContext", new CodeType("Patient"));
        QuestionnaireItemComponent name =
                group(form.addItem(), "name", "Patient#Patient.name").setRepeats(true);
        question(name.addItem(), "family", QuestionnaireItemType.STRING, "Patient#Patient.name.family");
        question(name.addItem(), "given", QuestionnaireItemType.STRING, "Patient#Patient.name.given")
                .setRepeats(true);
        question(form.addItem(), "born", QuestionnaireItemType.DATE, "Patient#Patient.birthDate");
        question(form.addItem(), "sex", QuestionnaireItemType.CHOICE, "Patient#Patient.gender");
        question(form.addItem(), "phone", QuestionnaireItemType.STRING, "Patient#Patient.contact.telecom.value");
        Filled filled = Filled.of(form);
        named(filled, "Lark", "Ann", "Bea");
        named(filled, "Wren");
        filled.answer("born", new DateType("1950-04-01"))
                .answer("sex", new Coding("http://hl7.org/fhir/administrative-gender", "female", "Female"))
                .text("phone", "555-0100");
        List<Extracted> extracted = extract(filled);
        assertThat(extracted)
                .singleElement()
                .satisfies(e -> assertThat(e.update()).isFalse());
        Patient made = (Patient) extracted.get(0).resource();
        assertThat(made.getName()).extracting(HumanName::getFamily).containsExactly("Lark", "Wren");
        assertThat(made.getName().get(0).getGiven())
                .extracting(StringType::getValue)
                .containsExactly("Ann", "Bea");
        assertThat(made.getName().get(1).getGiven()).isEmpty();
        assertThat(made.getBirthDateElement().getValueAsString()).isEqualTo("1950-04-01");
        assertThat(made.getGender()).isEqualTo(AdministrativeGender.FEMALE);
        assertThat(made.getContactFirstRep().getTelecomFirstRep().getValue()).isEqualTo("555-0100");
    }

    @Test
    void each_occurrence_of_a_group_makes_its_own_resource() {
        QuestionnaireItemComponent helper =
                group(form.addItem(), "helper", null).setRepeats(true);
        Extension context = new Extension(Extensions.SDC + "definitionExtract");
        context.addExtension("definition", new UriType(BASE + "RelatedPerson"));
        helper.addExtension(context);
        question(helper.addItem(), "who", QuestionnaireItemType.STRING, "RelatedPerson#RelatedPerson.name.family");
        question(helper.addItem(), "kin", QuestionnaireItemType.CHOICE, "RelatedPerson#RelatedPerson.relationship");
        Filled filled = Filled.of(form);
        for (String who : List.of("Lark", "Wren")) {
            QuestionnaireResponseItemComponent one = filled.response.addItem().setLinkId("helper");
            one.addItem().setLinkId("who").addAnswer().setValue(new StringType(who));
            one.addItem().setLinkId("kin").addAnswer().setValue(new Coding("http://example.org", "AUNT", "Aunt"));
        }
        assertThat(extract(filled))
                .extracting(
                        e -> ((RelatedPerson) e.resource()).getNameFirstRep().getFamily())
                .containsExactly("Lark", "Wren");
        assertThat(((RelatedPerson) extract(filled).get(0).resource())
                        .getRelationshipFirstRep()
                        .hasCoding("http://example.org", "AUNT"))
                .isTrue();
    }

    @Test
    void a_choice_takes_what_was_answered_and_fixed_values_stand_beside_it() {
        form.addExtension(Extensions.SDC + "itemExtractionContext", new CodeType("Observation"));
        fixed("Observation#Observation.status", new CodeType("final"));
        fixed("Observation#Observation.code", new Coding("http://loinc.org", "29463-7", "Body weight"));
        question(
                form.addItem(), "weight", QuestionnaireItemType.DECIMAL, "Observation#Observation.valueQuantity.value");
        question(form.addItem(), "note", QuestionnaireItemType.STRING, "Observation#Observation.note.text");
        Observation made = (Observation) extract(Filled.of(form)
                        .answer("weight", new DecimalType("72.5"))
                        .text("note", "after lunch"))
                .get(0)
                .resource();
        assertThat(made.getStatus()).isEqualTo(Observation.ObservationStatus.FINAL);
        assertThat(made.getCode().hasCoding("http://loinc.org", "29463-7")).isTrue();
        assertThat(made.getValueQuantity().getValue()).isEqualByComparingTo("72.5");
        assertThat(made.getNoteFirstRep().getText()).isEqualTo("after lunch");
    }

    @Test
    void a_resource_of_the_record_is_changed_and_not_doubled() {
        patient.setId("Patient/7");
        patient.addName().setFamily("Old").addGiven("Ann");
        form.addExtension(
                Extensions.SDC + "itemExtractionContext",
                new Expression().setLanguage("text/fhirpath").setExpression("%patient"));
        question(form.addItem(), "family", QuestionnaireItemType.STRING, "Patient#Patient.name.family");
        List<Extracted> extracted = extract(Filled.of(form).text("family", "New"));
        assertThat(extracted).singleElement().satisfies(e -> {
            assertThat(e.update()).isTrue();
            Patient changed = (Patient) e.resource();
            assertThat(changed.getIdPart()).isEqualTo("7");
            assertThat(changed.getName()).hasSize(1);
            assertThat(changed.getNameFirstRep().getFamily()).isEqualTo("New");
            assertThat(changed.getNameFirstRep().getGivenAsSingleString()).isEqualTo("Ann");
        });
        assertThat(patient.getNameFirstRep().getFamily()).isEqualTo("Old");
    }

    @Test
    void what_was_not_answered_makes_nothing() {
        form.addExtension(Extensions.SDC + "itemExtractionContext", new CodeType("Patient"));
        question(form.addItem(), "born", QuestionnaireItemType.DATE, "Patient#Patient.birthDate");
        assertThat(extract(Filled.of(form))).isEmpty();
    }

    @Test
    void an_element_or_resource_that_there_is_not_is_the_forms_fault() {
        form.addExtension(Extensions.SDC + "itemExtractionContext", new CodeType("Patient"));
        question(form.addItem(), "born", QuestionnaireItemType.DATE, "Patient#Patient.bornOn");
        assertThatThrownBy(() -> extract(Filled.of(form).answer("born", new DateType("1950-04-01"))))
                .isInstanceOfSatisfying(Problem.class, p -> {
                    assertThat(p.status()).isEqualTo(422);
                    assertThat(p.getMessage()).contains("Patient.bornOn");
                });
        form.getExtension().clear();
        form.addExtension(Extensions.SDC + "itemExtractionContext", new CodeType("Person2"));
        assertThatThrownBy(() -> extract(Filled.of(form))).hasMessageContaining("Person2");
    }

    private static void named(Filled filled, String family, String... given) {
        QuestionnaireResponseItemComponent name = filled.response.addItem().setLinkId("name");
        name.addItem().setLinkId("family").addAnswer().setValue(new StringType(family));
        if (given.length > 0) {
            QuestionnaireResponseItemComponent all = name.addItem().setLinkId("given");
            for (String one : given) {
                all.addAnswer().setValue(new StringType(one));
            }
        }
    }

    private void fixed(String definition, Type value) {
        Extension extension = new Extension(Extensions.SDC + "definitionExtractValue");
        extension.addExtension("definition", new UriType(BASE + definition));
        extension.addExtension("fixed-value", value);
        form.addExtension(extension);
    }

    private static QuestionnaireItemComponent group(QuestionnaireItemComponent item, String id, String definition) {
        return question(item, id, QuestionnaireItemType.GROUP, definition);
    }

    private static QuestionnaireItemComponent question(
            QuestionnaireItemComponent item, String id, QuestionnaireItemType type, String definition) {
        return item.setLinkId(id).setType(type).setDefinition(definition == null ? null : BASE + definition);
    }

    private List<Extracted> extract(Filled filled) {
        Assessment assessment = Assessment.of(filled.form, filled.response, patient, Filled.EXPRESSIONS);
        Rules rules = Rules.of(assessment.sheet(), patient, Filled.EXPRESSIONS);
        return DefinitionExtraction.of(assessment.sheet(), rules, Filled.NONE);
    }
}
