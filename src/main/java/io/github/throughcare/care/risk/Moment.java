package io.github.throughcare.care.risk;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.jspecify.annotations.Nullable;

/**
 * A FHIR dateTime as precisely as it was recorded, in the facility's time zone (FHIR R4, datatypes, dateTime: a date carries no
 * zone). A time of day has {@code from} equal to {@code until}; a date reaches over its whole day, a month over the month.
 */
record Moment(ZonedDateTime from, ZonedDateTime until) implements Comparable<Moment> {

    static Optional<Moment> of(@Nullable BaseDateTimeType recorded, ZoneId zone) {
        if (recorded == null || !recorded.hasValue()) {
            return Optional.empty();
        }
        TemporalPrecisionEnum precision = recorded.getPrecision();
        String text = recorded.getValueAsString();
        return Optional.of(
                switch (precision) {
                    case YEAR -> days(LocalDate.parse(text + "-01-01"), zone, 12);
                    case MONTH -> days(LocalDate.parse(text + "-01"), zone, 1);
                    case DAY -> days(LocalDate.parse(text), zone, 0);
                    default ->
                        at(
                                recorded.getTimeZone() == null
                                        ? LocalDateTime.parse(text).atZone(zone)
                                        : recorded.getValue().toInstant().atZone(zone));
                });
    }

    static Moment at(ZonedDateTime time) {
        return new Moment(time, time);
    }

    private static Moment days(LocalDate first, ZoneId zone, int months) {
        LocalDate next = months == 0 ? first.plusDays(1) : first.plusMonths(months);
        return new Moment(first.atStartOfDay(zone), next.atStartOfDay(zone).minusNanos(1));
    }

    /** Whether it names a day at least: a length of stay cannot be reckoned from a month. */
    boolean namesDay() {
        return from.toLocalDate().equals(until.toLocalDate());
    }

    boolean namesTime() {
        return from.equals(until);
    }

    LocalDate date() {
        return from.toLocalDate();
    }

    /** Whether it may have been by then. */
    boolean by(Instant then) {
        return !from.toInstant().isAfter(then);
    }

    /** Whether any part of it lies in {@code [first, end)}. */
    boolean within(ZonedDateTime first, ZonedDateTime end) {
        return !until.isBefore(first) && from.isBefore(end);
    }

    @Override
    public int compareTo(Moment other) {
        return from.compareTo(other.from);
    }
}
