package io.github.throughcare.care.assessment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.throughcare.fhir.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.Type;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every form that is shipped refuses, with status 422 and the item's name. */
class EveryFormTest {

    static List<String> forms() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("ig/input/questionnaires"))) {
            return files.map(f -> f.getFileName().toString())
                    .map(f -> f.replaceFirst("^Questionnaire-", "").replaceFirst("\\.json$", ""))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void an_item_that_it_does_not_have(String form) {
        assertThat(refused(Filled.form(form).text("/no-such-item", "?"))).contains("/no-such-item");
    }

    @ParameterizedTest
    @MethodSource("forms")
    void an_answer_that_is_not_in_the_value_set_of_its_item(String form) {
        List<Form.Item> choices = choices(form);
        assertThat(choices).isNotEmpty();
        for (Form.Item item : choices) {
            assertThat(refused(Filled.form(form)
                            .answer(item.linkId(), new Coding("http://example.org", "no-such-answer", null))))
                    .contains(item.linkId())
                    .contains("no-such-answer");
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void two_answers_to_one_question(String form) {
        for (Form.Item item : choices(form)) {
            if (item.definition().getRepeats()) {
                continue;
            }
            Type answer = item.options().get(0).value();
            assertThat(refused(Filled.form(form)
                            .answer(item.linkId(), answer.copy())
                            .answer(item.linkId(), answer.copy())))
                    .contains(item.linkId());
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void an_answer_of_another_type(String form) {
        for (Form.Item item : choices(form)) {
            assertThat(refused(Filled.form(form).answer(item.linkId(), new DecimalType("1.5"))))
                    .contains(item.linkId());
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void a_required_item_without_an_answer(String form) {
        for (Form.Item item : Filled.form(form).form.items().values()) {
            if (item.definition().getRequired()) {
                assertThat(refused(Filled.form(form))).contains(item.linkId()).contains("required");
            }
        }
    }

    private static List<Form.Item> choices(String form) {
        return Filled.form(form).form.items().values().stream()
                .filter(i -> i.definition().getType() == QuestionnaireItemType.CHOICE)
                .filter(i -> i.options() != null && !i.options().isEmpty())
                .toList();
    }

    private static String refused(Filled filled) {
        Problem problem = catchThrowableOfType(Problem.class, filled::assess);
        assertThat(problem).isNotNull();
        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.issues()).allSatisfy(i -> assertThat(i.expression()).startsWith("QuestionnaireResponse"));
        return problem.getMessage() + " " + problem.issues();
    }
}
