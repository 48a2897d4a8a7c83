package io.github.throughcare.care;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.TimeZone;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.DateTimeType;
import org.springframework.stereotype.Component;

/** Now, and days as the facility counts them. Thread-safe. */
@Component
public final class FacilityTime {

    private final Clock clock;
    private final ZoneId zone;

    public FacilityTime(Clock clock, CareSettings settings) {
        this.clock = clock;
        this.zone = settings.zoneId();
    }

    public Instant now() {
        return clock.instant();
    }

    public ZoneId zone() {
        return zone;
    }

    public LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), zone);
    }

    /** Now, to the second, in the facility's zone. */
    public DateTimeType stamp() {
        return at(clock.instant().truncatedTo(ChronoUnit.SECONDS));
    }

    public DateTimeType at(Instant moment) {
        DateTimeType at = new DateTimeType(Date.from(moment));
        at.setTimeZone(TimeZone.getTimeZone(zone));
        return at;
    }

    /** A whole day. */
    public static DateTimeType day(LocalDate day) {
        return new DateTimeType(day.toString());
    }

    /** The day in the facility on which a date or time of any precision begins. */
    public LocalDate dayOf(BaseDateTimeType time) {
        return LocalDate.ofInstant(start(time), zone);
    }

    /** The first moment that a date or time of any precision means; without a zone of its own it is the facility's. */
    public Instant start(BaseDateTimeType time) {
        if (time.getPrecision().ordinal() > TemporalPrecisionEnum.DAY.ordinal()) {
            return time.getValue().toInstant();
        }
        return firstDay(time).atStartOfDay(zone).toInstant();
    }

    /** The first moment after what a date or time means: of a day its midnight, of a minute the next, of a moment itself. */
    public Instant end(BaseDateTimeType time) {
        return switch (time.getPrecision()) {
            case YEAR -> firstDay(time).plusYears(1).atStartOfDay(zone).toInstant();
            case MONTH -> firstDay(time).plusMonths(1).atStartOfDay(zone).toInstant();
            case DAY -> firstDay(time).plusDays(1).atStartOfDay(zone).toInstant();
            default -> time.getValue().toInstant();
        };
    }

    private static LocalDate firstDay(BaseDateTimeType time) {
        String text = time.getValueAsString();
        return switch (time.getPrecision()) {
            case YEAR -> LocalDate.of(Integer.parseInt(text), 1, 1);
            case MONTH -> LocalDate.parse(text + "-01");
            default -> LocalDate.parse(text.substring(0, 10));
        };
    }
}
