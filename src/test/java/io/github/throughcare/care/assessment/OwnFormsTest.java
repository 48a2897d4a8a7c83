package io.github.throughcare.care.assessment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.Ig;
import io.github.throughcare.care.assessment.Assessment.Draft;
import io.github.throughcare.care.assessment.Assessment.Known;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The project's own forms and the supplemental questions of AHC HRSN: every edge of every band, every gap, need and alert. */
class OwnFormsTest {

    private static final Instant NOW = Instant.parse("2026-11-02T16:00:00Z");
    private static final ZoneId ZONE = ZoneId.of("America/New_York");

    @ParameterizedTest
    @CsvFileSource(nullValues = "-", resources = "/assessment/bands.csv")
    void a_total_lies_in_its_band(String form, int total, String band, String interpretation) {
        Score score = spread(Filled.form(form), total).assess().scores().get(0);
        assertThat(score.value()).isEqualByComparingTo(BigDecimal.valueOf(total));
        assertThat(score.band().code().getSystem()).isEqualTo(Ig.SCORE_BAND);
        assertThat(score.band().code().getCode()).isEqualTo(band);
        assertThat(score.band().interpretation()).isEqualTo(interpretation);
    }

    static Stream<Arguments> members() {
        return Stream.of(
                        "activities-of-daily-living",
                        "caregiver-strain",
                        "acuity",
                        "discharge-readiness",
                        "child-and-family-safety",
                        "education-housing-career",
                        "legal-and-reentry",
                        "disability-support-and-funding",
                        "functional-baseline",
                        "ahc-hrsn-supplemental")
                .flatMap(f -> IntStream.range(
                                0, Filled.form(f).form.scores().get(0).members().size())
                        .mapToObj(i -> Arguments.of(f, i)));
    }

    @ParameterizedTest
    @MethodSource("members")
    void without_one_answer_there_is_no_total(String form, int missing) {
        Filled gap = Filled.form(form);
        String[] answered = gap.form.scores().get(0).members().toArray(String[]::new);
        IntStream.range(0, answered.length).filter(i -> i != missing).forEach(i -> first(gap, answered[i]));
        Score score = gap.assess().scores().get(0);
        assertThat(score.value()).isNull();
        assertThat(score.band()).isNull();
        assertThat(score.absentReason()).isEqualTo("unknown");
        Filled declined = Filled.form(form);
        IntStream.range(0, answered.length).filter(i -> i != missing).forEach(i -> first(declined, answered[i]));
        assertThat(declined.decline(answered[missing]).assess().scores().get(0).absentReason())
                .isEqualTo("asked-declined");
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/assessment/alerts.csv")
    void one_answer_raises_its_alert_whatever_the_rest(
            String form, String item, String answer, String flag, String task, String priority) {
        List<Draft> drafts = drafts(Filled.form(form).choose(item, answer));
        assertThat(of(Flag.class, drafts)).singleElement().satisfies(f -> {
            assertThat(f.getCode().hasCoding(Ig.FLAG_KIND, flag)).isTrue();
            assertThat(f.getStatus()).isEqualTo(Flag.FlagStatus.ACTIVE);
        });
        assertThat(of(Task.class, drafts)).singleElement().satisfies(t -> {
            assertThat(t.getCode().hasCoding(Ig.TASK_KIND, task)).isTrue();
            assertThat(t.getPriority().toCode()).isEqualTo(priority);
            assertThat(t.getRestriction().getPeriod().getEnd()).isEqualTo(java.util.Date.from(NOW.plusSeconds(86_400)));
        });
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/assessment/no-alerts.csv")
    void the_answer_beside_it_raises_none(String form, String item, String answer) {
        List<Draft> drafts = drafts(Filled.form(form).choose(item, answer));
        assertThat(of(Flag.class, drafts)).isEmpty();
        assertThat(of(Task.class, drafts)).isEmpty();
    }

    @ParameterizedTest
    @CsvFileSource(nullValues = "-", resources = "/assessment/needs.csv")
    void one_answer_opens_its_need(String form, String item, String answer, String code, String category) {
        List<Draft> drafts = drafts(begun(form).choose(item, answer));
        assertThat(of(Condition.class, drafts)).singleElement().satisfies(c -> {
            assertThat(codes(c.getCode())).contains(code);
            assertThat(c.getCategory().stream().flatMap(k -> codes(k).stream()).toList())
                    .startsWith("health-concern")
                    .hasSize(category == null ? 1 : 3);
            assertThat(c.getCategory().stream().anyMatch(k -> codes(k).contains("sdoh")))
                    .isEqualTo(category != null);
            if (category != null) {
                assertThat(codes(c.getCategory().get(2))).containsExactly(category);
            }
            assertThat(c.getEvidence()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/assessment/no-needs.csv")
    void the_answer_beside_it_opens_none(String form, String item, String answer) {
        assertThat(of(Condition.class, drafts(begun(form).choose(item, answer))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "caregiver-strain,2,false",
        "caregiver-strain,3,true",
        "acuity,14,false",
        "acuity,15,true",
        "functional-baseline,27,true",
        "functional-baseline,28,false",
        "ahc-hrsn-supplemental,2,false",
        "ahc-hrsn-supplemental,3,true"
    })
    void a_need_by_total_begins_at_its_cut_point(String form, int total, boolean need) {
        List<Condition> conditions = of(Condition.class, drafts(spread(Filled.form(form), total)));
        assertThat(
                        conditions.stream()
                                .flatMap(c -> codes(c.getCode()).stream())
                                .anyMatch(List.of(
                                        "caregiver-strain",
                                        "complex-care-need",
                                        "functional-limitation",
                                        "depressive-symptoms")::contains))
                .isEqualTo(need);
    }

    @ParameterizedTest
    @CsvSource({
        "LA6114-8,LA28858-1,120,below-recommendation", // 3 days of 40 minutes
        "LA6114-8,LA28854-0,150,meets-recommendation",
        "LA10139-6,LA32060-8,1050,meets-recommendation",
        "LA6111-4,LA28854-0,0,below-recommendation"
    })
    void minutes_of_exercise_are_days_times_minutes(String days, String minutes, int total, String band) {
        Score score = Filled.form("ahc-hrsn-supplemental")
                .choose("/89555-7", days)
                .choose("/68516-4", minutes)
                .assess()
                .scores()
                .get(1);
        assertThat(score.value()).isEqualByComparingTo(BigDecimal.valueOf(total));
        assertThat(score.band().code().getCode()).isEqualTo(band);
    }

    @Test
    void who_never_exercises_need_not_say_how_long() {
        assertThat(Filled.form("ahc-hrsn-supplemental")
                        .choose("/89555-7", "LA6111-4")
                        .assess()
                        .scores()
                        .get(1)
                        .value())
                .isEqualByComparingTo("0");
        assertThat(Filled.form("ahc-hrsn-supplemental")
                        .choose("/89555-7", "LA6112-2")
                        .assess()
                        .scores()
                        .get(1)
                        .value())
                .isNull();
    }

    @Test
    void strengths_are_observations_of_their_own_category_and_are_counted() {
        Assessment assessment = begun("strengths-and-goals")
                .choose("/strengths", "strength-family", "strength-hope")
                .text("/strength-words", "I fix bicycles")
                .assess();
        assertThat(assessment.scores().get(0).value()).isEqualByComparingTo("2");
        List<Observation> strengths = of(Observation.class, assessment.drafts(Known.NOTHING, NOW, ZONE)).stream()
                .filter(o -> o.getCategory().stream().anyMatch(c -> codes(c).contains("protective-factor")))
                .toList();
        assertThat(strengths).hasSize(3);
        assertThat(strengths).extracting(Resource::getIdPart).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({"0,true", "3,true", "4,false", "10,false"})
    void little_confidence_is_a_concern(int confidence, boolean need) {
        List<Draft> drafts = drafts(begun("strengths-and-goals")
                .text("/goal", "Walk to the park")
                .answer("/confidence", new IntegerType(confidence)));
        assertThat(of(Condition.class, drafts)).hasSize(need ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({"6,false", "7,true", "10,true"})
    void severe_pain_is_a_concern(int pain, boolean need) {
        assertThat(of(
                        Condition.class,
                        drafts(Filled.form("functional-baseline").answer("/function-pain", new IntegerType(pain)))))
                .hasSize(need ? 1 : 0);
    }

    /** What a form cannot be without. */
    private static Filled begun(String form) {
        Filled filled = Filled.form(form);
        return form.equals("strengths-and-goals") ? filled.text("/matters-most", "My garden") : filled;
    }

    private static void first(Filled filled, String member) {
        filled.answer(
                member, filled.form.items().get(member).options().get(0).value().copy());
    }

    /** Answers every member so that the points sum to a total. */
    private static Filled spread(Filled filled, int total) {
        List<String> members = filled.form.scores().get(0).members();
        int[] points = new int[members.size()];
        int left = total;
        for (int i = 0; i < points.length; i++) {
            int most = filled.form.items().get(members.get(i)).options().stream()
                    .mapToInt(o -> o.ordinal().intValue())
                    .max()
                    .orElseThrow();
            points[i] = Math.min(most, left);
            left -= points[i];
        }
        assertThat(left).as("reachable: %s", Arrays.toString(points)).isZero();
        return filled.points(points);
    }

    private static List<Draft> drafts(Filled filled) {
        return filled.assess().drafts(Known.NOTHING, NOW, ZONE);
    }

    private static List<String> codes(CodeableConcept concept) {
        return new ArrayList<>(concept.getCoding().stream().map(Coding::getCode).toList());
    }

    private static <T extends Resource> List<T> of(Class<T> type, List<Draft> drafts) {
        return drafts.stream()
                .filter(Draft::told)
                .map(Draft::after)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
