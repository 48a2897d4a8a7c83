package io.github.throughcare.care;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.Month;
import java.time.MonthDay;
import java.time.temporal.TemporalAdjusters;

/**
 * Legal public holidays of the United States (5 U.S.C. 6103(a)), computed for any year. One that falls on a Saturday is observed on
 * the Friday before, one on a Sunday on the Monday after (5 U.S.C. 6103(b), Executive Order 11582); so New Year's Day may be observed in
 * the year before. Inauguration Day is one in and around Washington only, and not counted.
 */
final class FederalHolidays {

    private static final int KING_SINCE = 1986;
    private static final int JUNETEENTH_SINCE = 2021;

    private FederalHolidays() {}

    /** Whether federal offices are closed for a holiday on that day: the holiday itself on a weekday, or the day it is observed. */
    static boolean observedOn(LocalDate date) {
        return switch (date.getDayOfWeek()) {
            case SATURDAY, SUNDAY -> false;
            case FRIDAY -> isHoliday(date) || isHoliday(date.plusDays(1));
            case MONDAY -> isHoliday(date) || isHoliday(date.minusDays(1));
            default -> isHoliday(date);
        };
    }

    /** Whether the day is a holiday by name, whatever day of the week it is. */
    static boolean isHoliday(LocalDate date) {
        return isFixed(date) || isMovable(date);
    }

    private static boolean isFixed(LocalDate date) {
        MonthDay day = MonthDay.from(date);
        return day.equals(MonthDay.of(1, 1))
                || day.equals(MonthDay.of(6, 19)) && date.getYear() >= JUNETEENTH_SINCE
                || day.equals(MonthDay.of(7, 4))
                || day.equals(MonthDay.of(11, 11))
                || day.equals(MonthDay.of(12, 25));
    }

    private static boolean isMovable(LocalDate date) {
        return nth(date, Month.JANUARY, 3, DayOfWeek.MONDAY) && date.getYear() >= KING_SINCE
                || nth(date, Month.FEBRUARY, 3, DayOfWeek.MONDAY)
                || date.getMonth() == Month.MAY
                        && date.equals(date.with(TemporalAdjusters.lastInMonth(DayOfWeek.MONDAY)))
                || nth(date, Month.SEPTEMBER, 1, DayOfWeek.MONDAY)
                || nth(date, Month.OCTOBER, 2, DayOfWeek.MONDAY)
                || nth(date, Month.NOVEMBER, 4, DayOfWeek.THURSDAY);
    }

    private static boolean nth(LocalDate date, Month month, int n, DayOfWeek day) {
        return date.getMonth() == month && date.equals(date.with(TemporalAdjusters.dayOfWeekInMonth(n, day)));
    }
}
