package io.github.throughcare.care.assessment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.throughcare.fhir.Problem;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Expression;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Questionnaire.EnableWhenBehavior;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemComponent;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemOperator;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemComponent;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a form takes and what it refuses, and that a refusal names the place. */
class ResponseReaderTest {

    @Test
    void an_unknown_item_is_refused_by_its_place() {
        Problem problem = refused(Filled.form("phq-9").points(0).text("/99999-9", "?"));
        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.issues()).singleElement().satisfies(i -> {
            assertThat(i.expression()).isEqualTo("QuestionnaireResponse.item[1]");
            assertThat(i.text()).contains("/99999-9");
        });
    }

    @Test
    void an_answer_that_is_no_option_is_refused_and_the_options_are_said() {
        Problem problem = refused(Filled.form("phq-9").choose("/44250-9", "LA33-6"));
        assertThat(problem.issues()).singleElement().satisfies(i -> {
            assertThat(i.expression()).isEqualTo("QuestionnaireResponse.item[0].answer[0].value");
            assertThat(i.text()).contains("LA33-6").contains("LA6568-5");
        });
    }

    @Test
    void the_right_code_of_another_system_is_no_option() {
        refused(Filled.form("phq-9").answer("/44250-9", new Coding("http://example.org", "LA6568-5", null)));
    }

    @Test
    void an_answer_of_the_wrong_type_is_refused() {
        assertThat(refused(Filled.form("phq-9").answer("/44250-9", new IntegerType(2)))
                        .getMessage())
                .contains("choice")
                .contains("integer");
        refused(Filled.form("phq-9").text("/44261-6", "twelve"));
    }

    @Test
    void two_answers_to_one_question_are_refused_however_they_are_sent() {
        refused(Filled.form("phq-9").choose("/44250-9", "LA6568-5", "LA6569-3"));
        Filled twice = Filled.form("phq-9").choose("/44250-9", "LA6568-5");
        twice.response.addItem(twice.response.getItemFirstRep().copy());
        refused(twice);
    }

    @Test
    void a_repeating_question_takes_several_but_none_of_the_above_stands_alone() {
        accepted(Filled.form("ahc-hrsn").choose("/96778-6", "LA31996-4", "LA28580-1"));
        accepted(Filled.form("ahc-hrsn").choose("/96778-6", "LA9-3"));
        refused(Filled.form("ahc-hrsn").choose("/96778-6", "LA9-3", "LA28580-1"));
    }

    @Test
    void every_fault_is_told_at_once() {
        Problem problem =
                refused(Filled.form("phq-9").choose("/44250-9", "LA33-6").choose("/44255-8", "LA32-8"));
        assertThat(problem.issues()).hasSize(2);
    }

    @Test
    void items_may_come_in_any_order() {
        Filled filled = Filled.form("phq-9").points(0, 1, 2, 3, 0, 1, 2, 3, 1);
        Collections.reverse(filled.response.getItem());
        assertThat(filled.assess().scores().get(0).value()).isEqualByComparingTo("13");
    }

    @Test
    void a_required_item_must_be_answered() {
        Questionnaire form = grouped();
        form.getItem().get(0).setRequired(true).getItem().get(0).setRequired(true);
        assertThat(refused(Filled.of(form)).getMessage()).contains("\"g\" is required");
        Filled half = Filled.of(form);
        half.response.addItem().setLinkId("g").addItem(answered("b", new IntegerType(1)));
        assertThat(refused(half).issues()).singleElement().satisfies(i -> {
            assertThat(i.text()).contains("\"a\" is required");
            assertThat(i.expression()).isEqualTo("QuestionnaireResponse.item[0]");
        });
    }

    @Test
    void what_lies_in_an_optional_group_left_out_is_not_asked_for() {
        Questionnaire form = grouped();
        form.getItem().get(0).getItem().get(0).setRequired(true);
        accepted(Filled.of(form));
    }

    @Test
    void answers_sent_flat_are_put_into_the_groups_of_the_form() {
        Filled flat = Filled.of(grouped()).answer("b", new IntegerType(2)).answer("a", new IntegerType(5));
        Assessment assessment = flat.assess();
        assertThat(assessment.scores().get(0).value()).isEqualByComparingTo(new BigDecimal(7));
        List<QuestionnaireResponseItemComponent> top =
                assessment.sheet().response().getItem();
        assertThat(top)
                .extracting(QuestionnaireResponseItemComponent::getLinkId)
                .containsExactly("g", "total");
        assertThat(top.get(0).getItem())
                .extracting(QuestionnaireResponseItemComponent::getLinkId)
                .containsExactly("a", "b");
    }

    @Test
    void answers_sent_nested_keep_their_place() {
        Filled nested = Filled.of(grouped());
        nested.response
                .addItem()
                .setLinkId("g")
                .addItem(answered("a", new IntegerType(1)))
                .addItem(answered("b", new IntegerType(3)));
        assertThat(nested.assess().scores().get(0).value()).isEqualByComparingTo("4");
    }

    @ParameterizedTest
    @CsvSource({
        "EQUAL,5,true",
        "EQUAL,4,false",
        "NOT_EQUAL,4,true",
        "GREATER_THAN,5,false",
        "GREATER_THAN,6,true",
        "LESS_THAN,4,true",
        "GREATER_OR_EQUAL,5,true",
        "LESS_OR_EQUAL,6,false"
    })
    void an_item_that_is_not_asked_must_not_be_answered(
            QuestionnaireItemOperator operator, int given, boolean enabled) {
        Questionnaire form = grouped();
        form.getItem()
                .get(0)
                .getItem()
                .get(1)
                .addEnableWhen()
                .setQuestion("a")
                .setOperator(operator)
                .setAnswer(new IntegerType(5));
        Filled filled = Filled.of(form).answer("a", new IntegerType(given)).answer("b", new IntegerType(1));
        if (enabled) {
            accepted(filled);
        } else {
            assertThat(refused(filled).getMessage()).contains("enableWhen");
        }
    }

    @Test
    void an_item_that_is_not_asked_need_not_be_answered_though_it_is_required() {
        Questionnaire form = grouped();
        QuestionnaireItemComponent second =
                form.getItem().get(0).getItem().get(1).setRequired(true).setEnableBehavior(EnableWhenBehavior.ALL);
        second.addEnableWhen()
                .setQuestion("a")
                .setOperator(QuestionnaireItemOperator.EXISTS)
                .setAnswer(new BooleanType(true));
        second.addEnableWhen()
                .setQuestion("a")
                .setOperator(QuestionnaireItemOperator.GREATER_THAN)
                .setAnswer(new IntegerType(5));
        accepted(Filled.of(form).answer("a", new IntegerType(3)));
        refused(Filled.of(form).answer("a", new IntegerType(6)));
    }

    @Test
    void a_form_with_a_broken_expression_says_so() {
        Questionnaire form = grouped();
        form.getItem()
                .get(1)
                .getExtensionFirstRep()
                .setValue(new Expression().setLanguage("text/fhirpath").setExpression("%resource.item.where("));
        Problem problem = catchThrowableOfType(Problem.class, () -> Filled.of(form));
        assertThat(problem.getMessage()).contains("not FHIRPath");
    }

    /** A group {@code g} of two numbers and their sum {@code total}. */
    private static Questionnaire grouped() {
        Questionnaire form = new Questionnaire();
        form.setUrl("http://example.org/Questionnaire/grouped");
        QuestionnaireItemComponent group = form.addItem().setLinkId("g").setType(QuestionnaireItemType.GROUP);
        group.addItem().setLinkId("a").setType(QuestionnaireItemType.INTEGER);
        group.addItem().setLinkId("b").setType(QuestionnaireItemType.INTEGER);
        form.addItem()
                .setLinkId("total")
                .setType(QuestionnaireItemType.DECIMAL)
                .addExtension(
                        "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
                        new Expression()
                                .setLanguage("text/fhirpath")
                                .setExpression(
                                        "%resource.item.where(linkId='g').item.answer.value.ofType(integer).sum()"));
        return form;
    }

    private static QuestionnaireResponseItemComponent answered(String linkId, Type value) {
        QuestionnaireResponseItemComponent item = new QuestionnaireResponseItemComponent(new StringType(linkId));
        item.addAnswer().setValue(value);
        return item;
    }

    private static void accepted(Filled filled) {
        assertThatCode(filled::assess).doesNotThrowAnyException();
    }

    private static Problem refused(Filled filled) {
        Problem problem = catchThrowableOfType(Problem.class, filled::assess);
        assertThat(problem).as("must be refused").isNotNull();
        return problem;
    }
}
