package io.github.throughcare.care.assessment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.throughcare.fhir.Problem;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.IntegerType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Totals and bands of the forms in the guide, at every edge. */
class ScoringTest {

    @ParameterizedTest
    @CsvSource({
        "0,minimal",
        "4,minimal",
        "5,mild",
        "9,mild",
        "10,moderate",
        "14,moderate",
        "15,moderately-severe",
        "19,moderately-severe",
        "20,severe",
        "27,severe"
    })
    void phq_9_is_banded_as_published(int total, String band) {
        assertScore(Filled.form("phq-9").points(spread(total, 9, 3)), total, band, null);
    }

    @ParameterizedTest
    @CsvSource({"0,negative,NEG", "2,negative,NEG", "3,positive,POS", "6,positive,POS"})
    void phq_2_is_positive_from_three(int total, String band, String interpretation) {
        assertScore(Filled.form("phq-2").points(spread(total, 2, 3)), total, band, interpretation);
    }

    @ParameterizedTest
    @CsvSource({"0,minimal", "4,minimal", "5,mild", "9,mild", "10,moderate", "14,moderate", "15,severe", "21,severe"})
    void gad_7_is_banded_as_published(int total, String band) {
        assertScore(Filled.form("gad-7").points(spread(total, 7, 3)), total, band, null);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "1,1,0,MALE,2,negative,NEG",
                "1,1,1,MALE,3,negative,NEG",
                "2,1,1,MALE,4,positive,POS",
                "4,0,0,MALE,4,weak-positive,POS",
                "3,0,0,MALE,3,negative,NEG",
                "1,1,0,FEMALE,2,negative,NEG",
                "1,1,1,FEMALE,3,positive,POS",
                "3,0,0,FEMALE,3,weak-positive,POS",
                "1,1,1,-,3,positive,POS",
                "1,1,1,UNKNOWN,3,positive,POS",
                "1,1,1,OTHER,3,positive,POS",
                "2,0,0,-,2,negative,NEG",
                "4,4,4,MALE,12,positive,POS",
                "0,0,0,FEMALE,0,negative,NEG"
            })
    void audit_c_has_its_threshold_by_sex_and_the_lower_one_where_that_is_unknown(
            int first, int second, int third, @Nullable AdministrativeGender sex, int total, String band, String pos) {
        Filled filled = Filled.form("audit-c").points(first, second, third);
        if (sex != null) {
            filled.by(sex);
        }
        assertScore(filled, total, band, pos);
    }

    @Test
    void who_never_drinks_needs_no_further_answer() {
        assertScore(Filled.form("audit-c").choose("/68518-0", "LA6270-8"), 0, "negative", "NEG");
        assertMissing(Filled.form("audit-c").choose("/68518-0", "LA18926-8"), "unknown");
        assertMissing(Filled.form("audit-c").choose("/68518-0", "LA6270-8").choose("/68520-6", "LA18891-4"), "unknown");
    }

    @ParameterizedTest
    @CsvSource({"4,negative,NEG", "10,negative,NEG", "11,positive,POS", "20,positive,POS"})
    void the_safety_score_is_positive_from_eleven(int total, String band, String interpretation) {
        int[] points = spread(total - 4, 4, 4);
        assertScore(
                Filled.form("ahc-hrsn").points(points[0] + 1, points[1] + 1, points[2] + 1, points[3] + 1),
                total,
                band,
                interpretation);
    }

    @ParameterizedTest
    @CsvSource({"0,low,NEG", "3,low,NEG", "4,high,POS", "10,high,POS"})
    void stay_independent_is_at_risk_from_four(int ones, String band, String interpretation) {
        int[] points = new int[12];
        Arrays.fill(points, 2, 2 + ones, 1);
        assertScore(Filled.form("steadi").points(points), ones, band, interpretation);
    }

    @Test
    void the_first_two_items_of_stay_independent_weigh_double() {
        assertScore(Filled.form("steadi").points(2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 4, "high", "POS");
    }

    @ParameterizedTest
    @CsvSource({"0,negative,NEG", "1,negative,NEG", "2,positive,POS", "4,positive,POS"})
    void cage_is_positive_from_two(int total, String band, String interpretation) {
        assertScore(Filled.form("cage").points(spread(total, 4, 1)), total, band, interpretation);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "LA6270-8,-,LA6270-8,LA6270-8,LA6270-8,0,negative,NEG",
                "LA6270-8,LA18933-4,-,LA6270-8,LA6270-8,1,positive,POS",
                "LA18876-5,LA18876-5,LA18876-5,LA18934-2,LA18891-4,4,positive,POS",
                "LA6270-8,LA6270-8,-,LA6270-8,LA18933-4,1,positive,POS"
            })
    void taps_1_counts_classes_and_asks_one_of_two_alcohol_questions(
            @Nullable String tobacco,
            @Nullable String men,
            @Nullable String women,
            @Nullable String drugs,
            @Nullable String medication,
            int total,
            String band,
            String interpretation) {
        assertScore(taps(tobacco, men, women, drugs, medication), total, band, interpretation);
    }

    @Test
    void taps_1_needs_every_class() {
        assertMissing(taps("LA18876-5", null, null, "LA18876-5", "LA18876-5"), "unknown");
        assertMissing(taps("LA18876-5", "LA18876-5", null, null, "LA18876-5"), "unknown");
    }

    private static Filled taps(@Nullable String... answers) {
        String[] items = {"/96842-0", "/88037-7", "/75889-6", "/96843-8", "/96844-6"};
        Filled filled = Filled.form("taps-1");
        for (int i = 0; i < items.length; i++) {
            if (answers[i] != null) {
                filled.choose(items[i], answers[i]);
            }
        }
        return filled;
    }

    @ParameterizedTest
    @CsvSource({"phq-9,9", "phq-2,2", "gad-7,7", "cage,4", "steadi,12", "ahc-hrsn,4"})
    void one_unanswered_item_leaves_no_total_whichever_it_is(String form, int items) {
        for (int gap = 0; gap < items; gap++) {
            int[] points = new int[items];
            Arrays.fill(points, form.equals("ahc-hrsn") ? 1 : 0);
            points[gap] = -1;
            assertMissing(Filled.form(form).points(points), "unknown");
        }
    }

    @Test
    void what_was_declined_is_told_from_what_is_unknown() {
        assertMissing(Filled.form("ahc-hrsn").points(1, 1, 1, -1).decline("/95615-1"), "asked-declined");
        assertMissing(Filled.form("ahc-hrsn").points(1, 1, -1, -1).decline("/95615-1"), "unknown");
        assertMissing(Filled.form("ahc-hrsn"), "unknown");
    }

    @Test
    void declining_may_be_said_on_the_item_the_answer_or_by_its_code() {
        Coding byCode = new Coding(AnswerSheet.ABSENT_SYSTEM, "asked-declined", null);
        Coding byExtension = new Coding();
        byExtension.addExtension(AnswerSheet.ABSENT_EXTENSION, new CodeType("asked-declined"));
        for (Coding said : List.of(byCode, byExtension)) {
            assertMissing(Filled.form("ahc-hrsn").points(1, 1, 1, -1).answer("/95615-1", said), "asked-declined");
        }
        assertMissing(
                Filled.form("ahc-hrsn")
                        .points(1, 1, 1, -1)
                        .answer("/95615-1", new Coding(AnswerSheet.ABSENT_SYSTEM, "not-asked", null)),
                "unknown");
    }

    @Test
    void many_responses_are_scored_at_a_time() {
        assertThat(IntStream.range(0, 400)
                        .parallel()
                        .filter(i -> Filled.form("phq-9")
                                        .points(spread(i % 28, 9, 3))
                                        .assess()
                                        .scores()
                                        .get(0)
                                        .value()
                                        .intValue()
                                != i % 28))
                .isEmpty();
    }

    @Test
    void a_score_the_client_leaves_out_is_filled_in_and_a_right_one_stays() {
        Filled silent = Filled.form("phq-9").points(1, 1, 1, 1, 1, 1, 1, 1, 0);
        silent.assess();
        assertThat(silent.response.getItem().stream().filter(i -> i.getLinkId().equals("/44261-6")))
                .singleElement()
                .satisfies(i -> assertThat(((DecimalType) i.getAnswerFirstRep().getValue()).getValue())
                        .isEqualByComparingTo("8"));
        assertScore(
                Filled.form("phq-9").points(1, 1, 1, 1, 1, 1, 1, 1, 0).answer("/44261-6", new IntegerType(8)),
                8,
                "mild",
                null);
    }

    @Test
    void a_wrong_score_is_refused_with_both_numbers() {
        assertThatThrownBy(() -> Filled.form("phq-9")
                        .points(1, 1, 1, 1, 1, 1, 1, 1, 0)
                        .answer("/44261-6", new DecimalType("12"))
                        .assess())
                .isInstanceOfSatisfying(Problem.class, p -> {
                    assertThat(p.status()).isEqualTo(422);
                    assertThat(p.getMessage()).contains("12").contains("it is 8");
                    assertThat(p.issues().get(0).expression())
                            .isEqualTo("QuestionnaireResponse.item[9].answer[0].value");
                });
    }

    @Test
    void a_score_for_an_incomplete_form_is_refused() {
        assertThatThrownBy(() -> Filled.form("phq-9")
                        .points(1, 1)
                        .answer("/44261-6", new DecimalType("2"))
                        .assess())
                .isInstanceOf(Problem.class)
                .hasMessageContaining("/44260-8");
    }

    private static void assertScore(Filled filled, int total, String band, @Nullable String interpretation) {
        List<Score> scores = filled.assess().scores();
        assertThat(scores).singleElement().satisfies(s -> {
            assertThat(s.value()).isEqualByComparingTo(BigDecimal.valueOf(total));
            assertThat(s.band().code().getCode()).isEqualTo(band);
            assertThat(s.band().interpretation()).isEqualTo(interpretation);
            assertThat(s.absentReason()).isNull();
        });
    }

    private static void assertMissing(Filled filled, String reason) {
        assertThat(filled.assess().scores()).singleElement().satisfies(s -> {
            assertThat(s.value()).isNull();
            assertThat(s.band()).isNull();
            assertThat(s.absentReason()).isEqualTo(reason);
        });
    }

    /** That many points over that many items, from the last item on, so that edges of late items are met too. */
    private static int[] spread(int total, int items, int most) {
        int[] points = new int[items];
        for (int i = items - 1; i >= 0 && total > 0; i--) {
            points[i] = Math.min(most, total);
            total -= points[i];
        }
        return points;
    }
}
