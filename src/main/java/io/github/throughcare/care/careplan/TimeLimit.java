package io.github.throughcare.care.careplan;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Timing;
import org.hl7.fhir.r4.model.Timing.TimingRepeatComponent;
import org.hl7.fhir.r4.model.Type;

/**
 * Until when something is due: a Duration counted from the start, the upper end of a Range, the first turn of a repeating
 * Timing, or a date itself. Calendar dates; hours and minutes round up to a day.
 */
final class TimeLimit {

    private TimeLimit() {}

    /** The last day, or empty when the timing says none. */
    static Optional<LocalDate> end(Type timing, LocalDate start) {
        if (timing instanceof Quantity duration) { // Duration, Age
            return plus(start, duration.getValue(), unit(duration));
        }
        if (timing instanceof Range range) {
            return end(range.getHigh(), start);
        }
        if (timing instanceof Timing repeating) {
            TimingRepeatComponent repeat = repeating.getRepeat();
            return plus(
                    start,
                    repeat.getPeriod(),
                    repeat.hasPeriodUnit() ? repeat.getPeriodUnit().toCode() : "");
        }
        if (timing instanceof Period period && period.hasEnd()) {
            return Optional.of(date(period.getEndElement()));
        }
        if (timing instanceof DateTimeType moment && moment.hasValue()) {
            return Optional.of(date(moment));
        }
        return Optional.empty();
    }

    /** When all of it is over: a repeating Timing lasts as long as its bounds say, anything else until {@link #end}. */
    static Optional<LocalDate> whole(Type timing, LocalDate start) {
        return timing instanceof Timing repeating && repeating.getRepeat().hasBounds()
                ? end(repeating.getRepeat().getBounds(), start)
                : end(timing, start);
    }

    private static String unit(Quantity duration) {
        return duration.hasCode() ? duration.getCode() : duration.hasUnit() ? duration.getUnit() : "";
    }

    private static Optional<LocalDate> plus(LocalDate start, BigDecimal value, String unit) {
        if (value == null) {
            return Optional.empty();
        }
        long whole = value.setScale(0, RoundingMode.CEILING).longValueExact();
        return switch (unit) {
            case "a", "year", "years" -> Optional.of(start.plusYears(whole));
            case "mo", "month", "months" -> Optional.of(start.plusMonths(whole));
            case "wk", "week", "weeks" -> Optional.of(start.plusWeeks(whole));
            case "d", "day", "days" -> Optional.of(start.plusDays(whole));
            case "h", "hour", "hours" -> Optional.of(start.plusDays(days(value, ChronoUnit.HOURS)));
            case "min", "minute", "minutes" -> Optional.of(start.plusDays(days(value, ChronoUnit.MINUTES)));
            default -> Optional.empty();
        };
    }

    private static long days(BigDecimal value, ChronoUnit unit) {
        long perDay = ChronoUnit.DAYS.getDuration().dividedBy(unit.getDuration());
        return value.divide(BigDecimal.valueOf(perDay), 0, RoundingMode.CEILING).longValueExact();
    }

    /** The calendar date as it is written; UTC where only a moment is known. */
    static LocalDate date(DateTimeType moment) {
        return LocalDate.parse(
                moment.getValueAsString().length() >= 10
                        ? moment.getValueAsString().substring(0, 10)
                        : moment.getValue()
                                .toInstant()
                                .atZone(ZoneOffset.UTC)
                                .toLocalDate()
                                .toString());
    }
}
