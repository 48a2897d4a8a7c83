package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Goal.GoalTargetComponent;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AchievementTest {

    private static final LocalDate TODAY = LocalDate.parse("2026-11-22");

    /** Target: at most 130 mm[Hg]. Values: the latest first. */
    @ParameterizedTest
    @CsvSource({
        "2026-12-31, 130, achieved",
        "2026-12-31, 130.1, in-progress",
        "2026-12-31, 128 150, achieved",
        "2026-12-31, 140 150, improving",
        "2026-12-31, 150 140, worsening",
        "2026-12-31, 140 140, no-change",
        "2026-12-31, 140 128, worsening",
        "2026-11-22, 140, in-progress",
        "2026-11-21, 140, not-achieved",
        "2026-11-21, 120, achieved",
    })
    void the_latest_measurement_speaks(String due, String values, String expected) {
        GoalTargetComponent target = target(atMost(130, "mm[Hg]"), due);
        TargetReading reading = new TargetReading(
                target,
                Arrays.stream(values.split(" "))
                        .map(v -> measured(quantity(v, "mm[Hg]")))
                        .toList());

        assertThat(Achievement.of(List.of(reading), TODAY)).contains(expected);
    }

    @Test
    void nothing_is_said_without_a_measurement_or_in_another_unit() {
        GoalTargetComponent target = target(atMost(130, "mm[Hg]"), "2026-12-31");

        assertThat(Achievement.of(List.of(new TargetReading(target, List.of())), TODAY))
                .isEmpty();
        assertThat(Achievement.of(List.of(new TargetReading(target, List.of(measured(quantity("16", "kPa"))))), TODAY))
                .isEmpty();
    }

    @Test
    void all_targets_must_be_met() {
        TargetReading met = new TargetReading(
                target(atMost(130, "mm[Hg]"), "2026-12-31"), List.of(measured(quantity("120", "mm[Hg]"))));
        TargetReading unknown = new TargetReading(target(atMost(80, "mm[Hg]"), "2026-12-31"), List.of());

        assertThat(Achievement.of(List.of(met, unknown), TODAY)).contains("in-progress");
    }

    @ParameterizedTest
    @CsvSource({"4, achieved", "5, in-progress"})
    void a_score_without_unit_meets_a_target_in_scores(int score, String expected) {
        TargetReading reading = new TargetReading(
                target(atMost(4, "{score}"), "2026-12-31"), List.of(measured(new IntegerType(score))));

        assertThat(Achievement.of(List.of(reading), TODAY)).contains(expected);
    }

    @Test
    void a_status_without_our_mark_or_with_another_code_is_a_persons_entry() {
        Goal goal = new Goal().setAchievementStatus(Achievement.byRule("in-progress"));
        assertThat(Achievement.isPersonsEntry(goal)).isFalse();

        goal.getAchievementStatus().getCodingFirstRep().setCode("sustaining");
        assertThat(Achievement.isPersonsEntry(goal)).isTrue();

        goal.getAchievementStatus().getExtension().clear();
        assertThat(Achievement.isPersonsEntry(goal)).isTrue();
        goal.getAchievementStatus().addExtension(Achievement.SET_BY_RULE, new CodeType("sustaining"));
        assertThat(Achievement.isPersonsEntry(goal)).isFalse();
        assertThat(Achievement.isPersonsEntry(new Goal())).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "7, -, -, 7, false", // at least 7, at most 7: 7 itself
        "8, -, -, 7, true",
        "7.5, 8.5, -, 7, true",
        "6, 8, -, 7, false",
        "0, 0, 1, -, true",
    })
    void targets_without_a_common_value_exclude_each_other(
            String low, String high, String otherLow, String otherHigh, boolean excludes) {
        TargetRange one = TargetRange.of(range(low, high)).orElseThrow();
        TargetRange other = TargetRange.of(range(otherLow, otherHigh)).orElseThrow();

        assertThat(one.excludes(other)).isEqualTo(excludes);
        assertThat(other.excludes(one)).isEqualTo(excludes);
    }

    private static Range range(String low, String high) {
        Range range = new Range();
        if (!low.equals("-")) {
            range.setLow(quantity(low, "%"));
        }
        if (!high.equals("-")) {
            range.setHigh(quantity(high, "%"));
        }
        return range;
    }

    private static Range atMost(int value, String unit) {
        return new Range().setHigh(quantity(String.valueOf(value), unit));
    }

    private static Quantity quantity(String value, String unit) {
        return new Quantity().setValue(new BigDecimal(value)).setCode(unit);
    }

    private static Measurement measured(Type value) {
        return new Measurement(value, new DateTimeType("2026-11-20"), "Observation/o");
    }

    private static GoalTargetComponent target(Type detail, String due) {
        GoalTargetComponent target = new GoalTargetComponent().setDetail(detail).setDue(new DateType(due));
        target.getMeasure().addCoding().setCode("m");
        return target;
    }
}
