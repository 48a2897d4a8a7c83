package io.github.throughcare.fhir.index;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates of any precision as the stretch of time they name (R4 search.html 3.1.1.4.7). A value without a time zone is taken in
 * the given zone.
 */
public final class FhirTime {

    private static final Pattern FORM = Pattern.compile("(\\d{4})(?:-(\\d{2})(?:-(\\d{2})"
            + "(?:T(\\d{2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,12}))?)?(Z|[+-]\\d{2}:\\d{2})?)?)?)?");

    private FhirTime() {}

    /** Empty for what is no FHIR date. */
    public static Optional<Interval> parse(String text, ZoneId zone) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(interval(m, zone));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Interval interval(Matcher m, ZoneId zone) {
        int year = Integer.parseInt(m.group(1));
        if (m.group(2) == null) {
            return days(LocalDate.of(year, 1, 1), LocalDate.of(year, 1, 1).plusYears(1), zone);
        }
        int month = Integer.parseInt(m.group(2));
        if (m.group(3) == null) {
            LocalDate first = LocalDate.of(year, month, 1);
            return days(first, first.plusMonths(1), zone);
        }
        LocalDate day = LocalDate.of(year, month, Integer.parseInt(m.group(3)));
        if (m.group(4) == null) {
            return days(day, day.plusDays(1), zone);
        }
        String second = m.group(6);
        boolean leap = "60".equals(second);
        LocalDateTime at = day.atTime(
                Integer.parseInt(m.group(4)),
                Integer.parseInt(m.group(5)),
                second == null ? 0 : leap ? 59 : Integer.parseInt(second));
        String offset = m.group(8);
        long start = micros(at, offset == null ? zone : ZoneOffset.of(offset)) + (leap ? 1_000_000 : 0);
        if (second == null) {
            return new Interval(start, start + 60_000_000L);
        }
        String fraction = m.group(7);
        if (fraction == null) {
            return new Interval(start, start + 1_000_000L);
        }
        String six = (fraction + "000000").substring(0, 6);
        long step = (long) Math.pow(10, Math.max(0, 6 - fraction.length()));
        long lo = start + Long.parseLong(six);
        return new Interval(lo, lo + step);
    }

    private static Interval days(LocalDate from, LocalDate to, ZoneId zone) {
        return new Interval(micros(from.atStartOfDay(), zone), micros(to.atStartOfDay(), zone));
    }

    private static long micros(LocalDateTime at, ZoneId zone) {
        Instant instant = at.atZone(zone).toInstant(); // ChronoUnit.MICROS.between counts nanoseconds: it ends in 2262
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
    }
}
