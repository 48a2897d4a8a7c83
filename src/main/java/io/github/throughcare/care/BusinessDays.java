package io.github.throughcare.care;

import java.time.DayOfWeek;
import java.time.LocalDate;

/** Monday to Friday without federal holidays, as transitional care counts them (CMS, Transitional Care Management Services, MLN908628). */
public final class BusinessDays {

    private BusinessDays() {}

    static boolean isOne(LocalDate date) {
        return date.getDayOfWeek() != DayOfWeek.SATURDAY
                && date.getDayOfWeek() != DayOfWeek.SUNDAY
                && !FederalHolidays.observedOn(date);
    }

    /** The so-many-th business day after a date; the date itself is not counted, whatever day it is. */
    public static LocalDate after(LocalDate date, int days) {
        LocalDate day = date;
        for (int left = days; left > 0; ) {
            day = day.plusDays(1);
            left -= isOne(day) ? 1 : 0;
        }
        return day;
    }
}
