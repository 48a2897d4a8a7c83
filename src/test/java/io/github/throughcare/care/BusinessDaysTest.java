package io.github.throughcare.care;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Federal holidays (opm.gov, federal holidays) and business days after a discharge. */
class BusinessDaysTest {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        // 2026, 4 July on a Saturday
        "2026-01-01, true",
        "2026-01-19, true",
        "2026-02-16, true",
        "2026-05-25, true",
        "2026-06-19, true",
        "2026-07-03, true",
        "2026-07-04, false",
        "2026-09-07, true",
        "2026-10-12, true",
        "2026-11-11, true",
        "2026-11-26, true",
        "2026-11-27, false",
        "2026-12-25, true",
        "2026-07-06, false",
        "2026-05-18, false",
        // 2021: Christmas on a Saturday; New Year 2022 on a Saturday is observed in the old year
        "2021-12-24, true",
        "2021-12-31, true",
        "2022-01-03, false",
        "2022-01-01, false",
        // Sundays: 4 July 2027 is one, 1 January 2023, Juneteenth 2022, Christmas 2022
        "2027-07-05, true",
        "2023-01-02, true",
        "2022-06-20, true",
        "2022-12-26, true",
        "2022-12-23, false",
        // before and after a holiday came into the law
        "2020-06-19, false",
        "2021-06-18, true",
        "1985-01-21, false",
        "1986-01-20, true",
        // Thanksgiving is the fourth Thursday, not the last
        "2023-11-23, true",
        "2023-11-30, false",
        "2028-11-23, true",
        "2028-11-30, false",
        // Memorial Day is the last Monday, which may be the fourth or the fifth
        "2027-05-31, true",
        "2027-05-24, false",
        // far away
        "2100-01-01, true",
        "2099-12-25, true"
    })
    void holidays_are_observed_on_weekdays(LocalDate date, boolean observed) {
        assertThat(FederalHolidays.observedOn(date)).isEqualTo(observed);
    }

    @ParameterizedTest(name = "{1} business days after {0}: {2}")
    @CsvSource({
        "2026-07-03, 2, 2026-07-07", // discharged on the observed holiday
        "2026-07-02, 2, 2026-07-07",
        "2026-11-25, 2, 2026-11-30", // over Thanksgiving
        "2026-12-24, 2, 2026-12-29",
        "2026-12-31, 2, 2027-01-05",
        "2021-12-30, 2, 2022-01-04", // New Year observed on 31 December
        "2022-12-23, 2, 2022-12-28", // Christmas on a Sunday
        "2026-03-13, 2, 2026-03-17", // a Friday
        "2026-03-14, 2, 2026-03-17", // a Saturday
        "2026-03-15, 2, 2026-03-17", // a Sunday
        "2026-03-16, 2, 2026-03-18",
        "2028-02-28, 2, 2028-03-01", // leap year
        "2026-03-16, 0, 2026-03-16"
    })
    void business_days_leave_out_weekends_and_holidays(LocalDate discharged, int days, LocalDate due) {
        assertThat(BusinessDays.after(discharged, days)).isEqualTo(due);
    }

    @Test
    void every_year_has_its_eleven_holidays_never_on_a_weekend() {
        IntStream.rangeClosed(2021, 2200).forEach(year -> {
            LocalDate first = LocalDate.of(year, 1, 1);
            List<LocalDate> named = first.datesUntil(first.plusYears(1))
                    .filter(FederalHolidays::isHoliday)
                    .toList();
            assertThat(named).hasSize(11);
            assertThat(first.minusDays(1).datesUntil(first.plusYears(1)).filter(FederalHolidays::observedOn))
                    .noneMatch(d -> d.getDayOfWeek() == DayOfWeek.SATURDAY || d.getDayOfWeek() == DayOfWeek.SUNDAY);
        });
    }
}
