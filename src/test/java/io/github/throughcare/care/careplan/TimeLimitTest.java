package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Timing;
import org.hl7.fhir.r4.model.Timing.UnitsOfTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeLimitTest {

    private static final LocalDate START = LocalDate.parse("2026-11-30");

    @ParameterizedTest
    @CsvSource({
        "1, d, 2026-12-01",
        "14, d, 2026-12-14",
        "2, wk, 2026-12-14",
        "3, mo, 2027-02-28",
        "1, a, 2027-11-30",
        "48, h, 2026-12-02",
        "25, h, 2026-12-02",
        "1.5, d, 2026-12-02",
        "30, min, 2026-12-01"
    })
    void a_duration_counts_from_the_start(String value, String unit, LocalDate due) {
        assertThat(TimeLimit.end(duration(value, unit), START)).contains(due);
    }

    @Test
    void a_unit_that_is_no_time_sets_no_limit() {
        assertThat(TimeLimit.end(duration("1", "kg"), START)).isEmpty();
    }

    @Test
    void a_repeating_timing_is_due_first_after_one_turn() {
        Timing timing = new Timing();
        timing.getRepeat().setPeriod(3).setPeriodUnit(UnitsOfTime.MO);
        assertThat(TimeLimit.end(timing, START)).contains(LocalDate.parse("2027-02-28"));
    }

    @Test
    void a_range_ends_with_its_upper_bound_and_a_period_with_its_end() {
        Range range = new Range();
        range.setLow(duration("1", "d")).setHigh(duration("5", "d"));
        Period period = new Period();
        period.setEndElement(new DateTimeType("2027-01-05"));

        assertThat(TimeLimit.end(range, START)).contains(LocalDate.parse("2026-12-05"));
        assertThat(TimeLimit.end(period, START)).contains(LocalDate.parse("2027-01-05"));
        assertThat(TimeLimit.end(new DateTimeType("2027-01-05T10:00:00Z"), START))
                .contains(LocalDate.parse("2027-01-05"));
    }

    static Duration duration(String value, String unit) {
        Duration duration = new Duration();
        duration.setValue(new BigDecimal(value)).setCode(unit);
        return duration;
    }
}
