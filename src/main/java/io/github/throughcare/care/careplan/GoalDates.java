package io.github.throughcare.care.careplan;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Comparator;
import java.util.Optional;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Goal;

/** Until when a goal is to be reached. */
final class GoalDates {

    private static final int MONTH = 7;
    private static final int YEAR = 4;

    private GoalDates() {}

    /** The last of its targets' dates. */
    static Optional<LocalDate> due(Goal goal) {
        return goal.getTarget().stream()
                .filter(t -> t.hasDueDateType())
                .flatMap(t -> day(t.getDueDateType()).stream())
                .max(Comparator.naturalOrder());
    }

    /** The last day of a date, which may be a month or a year only. */
    static Optional<LocalDate> day(DateType date) {
        String text = date.getValueAsString();
        if (text == null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (text.length()) {
                    case YEAR -> LocalDate.of(Integer.parseInt(text), 12, 31);
                    case MONTH -> YearMonth.parse(text).atEndOfMonth();
                    default -> LocalDate.parse(text);
                });
    }
}
