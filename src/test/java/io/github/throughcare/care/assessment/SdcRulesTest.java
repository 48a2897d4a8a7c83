package io.github.throughcare.care.assessment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.throughcare.care.ValueSetMembers;
import io.github.throughcare.care.assessment.Assessment.Draft;
import io.github.throughcare.care.assessment.Assessment.Known;
import io.github.throughcare.fhir.Problem;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.CodeSystemContentMode;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Expression;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemComponent;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.ValueSet;
import org.junit.jupiter.api.Test;

/** The expressions and constraints of SDC on a form that a user wrote. */
class SdcRulesTest {

    private static final String SDC = Extensions.SDC;
    private static final String CORE = Extensions.CORE;

    private final Questionnaire form = new Questionnaire().setUrl("http://example.org/Questionnaire/own");

    @Test
    void an_item_is_asked_when_its_enable_when_expression_holds() {
        item("weight", QuestionnaireItemType.DECIMAL);
        expression(
                item("why", QuestionnaireItemType.STRING),
                SDC + "enableWhenExpression",
                "%resource.item.where(linkId='weight').answer.value > 100");
        assertThatCode(() -> filled().answer("weight", new DecimalType("120"))
                        .text("why", "x")
                        .assess())
                .doesNotThrowAnyException();
        Problem refused =
                refused(filled().answer("weight", new DecimalType("80")).text("why", "x"));
        assertThat(refused.issues()).singleElement().satisfies(i -> {
            assertThat(i.text()).contains("why").contains("enableWhen");
            assertThat(i.expression()).isEqualTo("QuestionnaireResponse.item[1]");
        });
        item("why").setRequired(true);
        assertThatCode(() -> filled().answer("weight", new DecimalType("80")).assess())
                .doesNotThrowAnyException();
        assertThat(refused(filled().answer("weight", new DecimalType("120"))).getMessage())
                .contains("required");
    }

    @Test
    void a_question_may_depend_on_a_score_that_the_client_left_out() {
        item("a", QuestionnaireItemType.INTEGER);
        expression(item("twice", QuestionnaireItemType.INTEGER), SDC + "calculatedExpression", answer("a") + " * 2");
        item("more", QuestionnaireItemType.STRING)
                .addEnableWhen()
                .setQuestion("twice")
                .setOperator(Questionnaire.QuestionnaireItemOperator.GREATER_OR_EQUAL)
                .setAnswer(new IntegerType(10));
        assertThatCode(() -> filled().answer("a", new IntegerType(5))
                        .text("more", "x")
                        .assess())
                .doesNotThrowAnyException();
        refused(filled().answer("a", new IntegerType(4)).text("more", "x"));
    }

    @Test
    void a_score_that_is_not_asked_for_is_not_computed() {
        item("a", QuestionnaireItemType.INTEGER);
        QuestionnaireItemComponent score = item("score", QuestionnaireItemType.INTEGER);
        expression(score, SDC + "calculatedExpression", answer("a") + " * 2");
        expression(score, SDC + "enableWhenExpression", answer("a") + " > 3");
        assertThat(filled().answer("a", new IntegerType(3)).assess().scores()).isEmpty();
        assertThat(filled().answer("a", new IntegerType(4)).assess().scores()).hasSize(1);
    }

    @Test
    void a_constraint_refuses_with_its_own_words_at_its_item() {
        QuestionnaireItemComponent end = item("end", QuestionnaireItemType.INTEGER);
        item("start", QuestionnaireItemType.INTEGER);
        constraint(end, "error", "answer.value > " + answer("start"), "The end comes after the start.");
        assertThatCode(() -> filled().answer("end", new IntegerType(4))
                        .answer("start", new IntegerType(3))
                        .assess())
                .doesNotThrowAnyException();
        assertThat(refused(filled().answer("end", new IntegerType(2)).answer("start", new IntegerType(3)))
                        .issues())
                .singleElement()
                .satisfies(i -> {
                    assertThat(i.text())
                            .contains("The end comes after the start.")
                            .contains("k1");
                    assertThat(i.expression()).isEqualTo("QuestionnaireResponse.item[0]");
                });
    }

    @Test
    void a_constraint_of_the_whole_form_sees_its_scores_and_a_warning_refuses_nothing() {
        item("a", QuestionnaireItemType.INTEGER);
        expression(item("twice", QuestionnaireItemType.INTEGER), SDC + "calculatedExpression", answer("a") + " * 2");
        constraint(form, "error", answer("twice") + " < 10", "Too many.");
        constraint(form, "warning", answer("twice") + " < 4", "Many.");
        assertThatCode(() -> filled().answer("a", new IntegerType(4)).assess()).doesNotThrowAnyException();
        assertThat(refused(filled().answer("a", new IntegerType(5))).getMessage())
                .contains("Too many.");
    }

    @Test
    void an_answer_expression_gives_the_options() {
        QuestionnaireItemComponent all =
                item("all", QuestionnaireItemType.CHOICE).setRepeats(true);
        List.of("a", "b", "c").forEach(c -> all.addAnswerOption().setValue(new Coding("http://example.org", c, null)));
        expression(item("worst", QuestionnaireItemType.CHOICE), SDC + "answerExpression", answer("all"));
        assertThatCode(() -> filled().choose("all", "a", "b")
                        .answer("worst", coding("b"))
                        .assess())
                .doesNotThrowAnyException();
        assertThat(refused(filled().choose("all", "a", "b").answer("worst", coding("c")))
                        .getMessage())
                .contains("http://example.org|c")
                .contains("http://example.org|a");
    }

    @Test
    void a_variable_may_use_those_before_it_and_not_itself() {
        variable("one", answer("a") + " + 1");
        variable("two", "%one * 2");
        variable("self", "iif(%self.exists(), 99, 7)");
        item("a", QuestionnaireItemType.INTEGER);
        expression(item("score", QuestionnaireItemType.INTEGER), SDC + "calculatedExpression", "%two + %self");
        assertThat(filled().answer("a", new IntegerType(3))
                        .assess()
                        .scores()
                        .get(0)
                        .value())
                .isEqualByComparingTo("15");
    }

    @Test
    void a_number_has_its_limits() {
        QuestionnaireItemComponent pain = item("pain", QuestionnaireItemType.INTEGER);
        pain.addExtension(CORE + "minValue", new IntegerType(0));
        pain.addExtension(CORE + "maxValue", new IntegerType(10));
        for (int within : new int[] {0, 10}) {
            assertThatCode(() ->
                            filled().answer("pain", new IntegerType(within)).assess())
                    .doesNotThrowAnyException();
        }
        assertThat(refused(filled().answer("pain", new IntegerType(11))).getMessage())
                .contains("at most 10");
        assertThat(refused(filled().answer("pain", new IntegerType(-1))).getMessage())
                .contains("at least 0");
    }

    @Test
    void a_computed_text_is_an_answer_that_the_server_gives() {
        item("a", QuestionnaireItemType.INTEGER);
        QuestionnaireItemComponent word = item("word", QuestionnaireItemType.STRING);
        word.addCode(new Coding("http://example.org", "word", null));
        expression(word, SDC + "calculatedExpression", "iif(" + answer("a") + " > 3, 'many', 'few')");
        Assessment assessment = filled().answer("a", new IntegerType(5)).assess();
        assertThat(assessment.scores()).isEmpty();
        assertThat(assessment.drafts(Known.NOTHING, Instant.EPOCH, ZoneOffset.UTC).stream()
                        .map(Draft::after))
                .filteredOn(Observation.class::isInstance)
                .singleElement()
                .satisfies(
                        o -> assertThat(((Observation) o).getValueStringType().getValue())
                                .isEqualTo("many"));
        assertThat(refused(filled().answer("a", new IntegerType(5)).text("word", "few"))
                        .getMessage())
                .contains("few")
                .contains("many");
    }

    @Test
    void a_fraction_is_no_integer() {
        item("a", QuestionnaireItemType.INTEGER);
        expression(item("half", QuestionnaireItemType.INTEGER), SDC + "calculatedExpression", answer("a") + " / 2");
        assertThat(refused(filled().answer("a", new IntegerType(5))).getMessage())
                .contains("2.5");
    }

    @Test
    void a_value_set_may_be_a_whole_code_system_less_some() {
        CodeSystem system = new CodeSystem();
        system.setUrl("http://example.org/s").setContent(CodeSystemContentMode.COMPLETE);
        system.addConcept().setCode("x").addConcept().setCode("y");
        system.addConcept().setCode("z");
        ValueSet set = new ValueSet();
        set.setId("v");
        set.getCompose().addInclude().setSystem("http://example.org/s");
        set.getCompose()
                .addExclude()
                .setSystem("http://example.org/s")
                .addConcept()
                .setCode("z");
        form.addContained(set);
        item("pick", QuestionnaireItemType.CHOICE).setAnswerValueSet("#v");
        ValueSetMembers.Definitions stored = new ValueSetMembers.Definitions() {
            @Override
            public <T extends MetadataResource> Optional<T> find(Class<T> type, String canonical) {
                return type.isInstance(system) ? Optional.of(type.cast(system)) : Optional.empty();
            }
        };
        Form ready = new FormReader(Filled.EXPRESSIONS, stored).read(form);
        assertThat(ready.items().get("pick").options())
                .extracting(o -> ((Coding) o.value()).getCode())
                .containsExactly("x", "y");
    }

    @Test
    void each_occurrence_of_a_group_goes_by_its_own_answers() {
        QuestionnaireItemComponent group =
                item("child", QuestionnaireItemType.GROUP).setRepeats(true);
        group.addItem().setLinkId("ill").setType(QuestionnaireItemType.BOOLEAN).setRequired(true);
        QuestionnaireItemComponent what = group.addItem()
                .setLinkId("what")
                .setType(QuestionnaireItemType.STRING)
                .setRequired(true);
        what.addEnableWhen()
                .setQuestion("ill")
                .setOperator(Questionnaire.QuestionnaireItemOperator.EQUAL)
                .setAnswer(new BooleanType(true));
        assertThatCode(() -> children(true, "fever", false, null).assess()).doesNotThrowAnyException();
        assertThat(refused(children(true, "fever", false, "cough")).issues())
                .singleElement()
                .satisfies(i -> assertThat(i.expression()).isEqualTo("QuestionnaireResponse.item[1].item[1]"));
        assertThat(refused(children(false, null, true, null)).issues())
                .singleElement()
                .satisfies(i -> assertThat(i.expression()).isEqualTo("QuestionnaireResponse.item[1]"));
    }

    private Filled children(boolean ill1, String what1, boolean ill2, String what2) {
        Filled filled = filled();
        for (int i = 0; i < 2; i++) {
            QuestionnaireResponseItemComponent child = filled.response.addItem().setLinkId("child");
            child.addItem().setLinkId("ill").addAnswer().setValue(new BooleanType(i == 0 ? ill1 : ill2));
            String what = i == 0 ? what1 : what2;
            if (what != null) {
                child.addItem().setLinkId("what").addAnswer().setValue(new StringType(what));
            }
        }
        return filled;
    }

    @Test
    void a_choice_may_be_among_texts() {
        item("colour", QuestionnaireItemType.CHOICE).addAnswerOption().setValue(new StringType("red"));
        assertThatCode(() -> filled().text("colour", "red").assess()).doesNotThrowAnyException();
        refused(filled().text("colour", "blue"));
        refused(filled().answer("colour", new IntegerType(1)));
    }

    private QuestionnaireItemComponent item(String linkId, QuestionnaireItemType type) {
        return form.addItem().setLinkId(linkId).setType(type);
    }

    private QuestionnaireItemComponent item(String linkId) {
        return form.getItem().stream()
                .filter(i -> i.getLinkId().equals(linkId))
                .findFirst()
                .orElseThrow();
    }

    private static String answer(String linkId) {
        return "%resource.item.where(linkId='" + linkId + "').answer.value";
    }

    private static Coding coding(String code) {
        return new Coding("http://example.org", code, null);
    }

    private static void expression(QuestionnaireItemComponent on, String url, String fhirPath) {
        on.addExtension(url, new Expression().setLanguage("text/fhirpath").setExpression(fhirPath));
    }

    private void variable(String name, String fhirPath) {
        form.addExtension(
                CORE + "variable",
                new Expression().setName(name).setLanguage("text/fhirpath").setExpression(fhirPath));
    }

    private static void constraint(QuestionnaireItemComponent on, String severity, String fhirPath, String human) {
        on.addExtension(constraint(severity, fhirPath, human));
    }

    private static void constraint(Questionnaire on, String severity, String fhirPath, String human) {
        on.addExtension(constraint(severity, fhirPath, human));
    }

    private static Extension constraint(String severity, String fhirPath, String human) {
        Extension constraint = new Extension(CORE + "questionnaire-constraint");
        constraint.addExtension("key", new IdType("k1"));
        constraint.addExtension("severity", new CodeType(severity));
        constraint.addExtension("expression", new StringType(fhirPath));
        constraint.addExtension("human", new StringType(human));
        return constraint;
    }

    private Filled filled() {
        return Filled.of(form);
    }

    private static Problem refused(Filled filled) {
        Problem problem = catchThrowableOfType(Problem.class, filled::assess);
        assertThat(problem).isNotNull();
        assertThat(problem.status()).isEqualTo(422);
        return problem;
    }
}
