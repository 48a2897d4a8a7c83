package io.github.throughcare.fhir.index;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Dates of any precision as the stretch of time they name (R4 search.html 3.1.1.4.7). A value without a time zone is taken in
 * the given zone.
 */
public final class FhirTime {

    private FhirTime() {}

    /** Empty for what is no FHIR date. Read by hand: every date of every write comes by here. */
    public static Optional<Interval> parse(String text, ZoneId zone) {
        try {
            return Optional.ofNullable(read(text, zone));
        } catch (DateTimeException e) {
            return Optional.empty(); // written like a date, but none of the calendar
        }
    }

    /** {@code YYYY}, {@code YYYY-MM}, {@code YYYY-MM-DD}, or that with {@code Thh:mm}, {@code :ss}, {@code .f} and a zone, each or none. */
    private static @Nullable Interval read(String s, ZoneId zone) {
        int year = number(s, 0, 4);
        if (year < 0) {
            return null;
        }
        if (s.length() == 4) {
            LocalDate first = LocalDate.of(year, 1, 1);
            return days(first, first.plusYears(1), zone);
        }
        int month = after('-', s, 4);
        if (month < 0) {
            return null;
        }
        if (s.length() == 7) {
            LocalDate first = LocalDate.of(year, month, 1);
            return days(first, first.plusMonths(1), zone);
        }
        int dayOfMonth = after('-', s, 7);
        if (dayOfMonth < 0) {
            return null;
        }
        LocalDate day = LocalDate.of(year, month, dayOfMonth);
        return s.length() == 10 ? days(day, day.plusDays(1), zone) : time(day, s, zone);
    }

    private static @Nullable Interval time(LocalDate day, String s, ZoneId zone) {
        int hour = after('T', s, 10);
        int minute = after(':', s, 13);
        if (hour < 0 || minute < 0) {
            return null;
        }
        int end = 16;
        int second = -1;
        int digits = 0;
        if (isAt(s, end, ':')) {
            second = after(':', s, end);
            if (second < 0) {
                return null;
            }
            end += 3;
            if (isAt(s, end, '.')) {
                digits = digits(s, end + 1);
                if (digits == 0 || digits > 12) {
                    return null;
                }
            }
        }
        int zoneAt = digits == 0 ? end : end + 1 + digits;
        if (!isZone(s, zoneAt)) {
            return null;
        }
        boolean leap = second == 60;
        LocalDateTime at = day.atTime(hour, minute, second < 0 ? 0 : leap ? 59 : second);
        long start =
                micros(at, zoneAt == s.length() ? zone : ZoneOffset.of(s.substring(zoneAt))) + (leap ? 1_000_000 : 0);
        if (digits == 0) {
            return new Interval(start, start + (second < 0 ? 60_000_000L : 1_000_000L));
        }
        int kept = Math.min(6, digits);
        long step = 1;
        for (int i = kept; i < 6; i++) {
            step *= 10;
        }
        long lo = start + number(s, end + 1, kept) * step;
        return new Interval(lo, lo + step);
    }

    /** Does a zone stand there, or nothing? */
    private static boolean isZone(String s, int at) {
        return at == s.length()
                || isAt(s, at, 'Z') && at + 1 == s.length()
                || (isAt(s, at, '+') || isAt(s, at, '-'))
                        && at + 6 == s.length()
                        && number(s, at + 1, 2) >= 0
                        && after(':', s, at + 3) >= 0;
    }

    /** The two digits after this sign at this place; -1 where that does not stand there. */
    private static int after(char sign, String s, int at) {
        return isAt(s, at, sign) ? number(s, at + 1, 2) : -1;
    }

    private static boolean isAt(String s, int at, char c) {
        return at < s.length() && s.charAt(at) == c;
    }

    /** How many digits stand there. */
    private static int digits(String s, int from) {
        int at = from;
        while (at < s.length() && isDigit(s.charAt(at))) {
            at++;
        }
        return at - from;
    }

    /** -1 where fewer digits stand. */
    private static int number(String s, int from, int count) {
        if (from + count > s.length()) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < from + count; i++) {
            if (!isDigit(s.charAt(i))) {
                return -1;
            }
            value = value * 10 + (s.charAt(i) - '0');
        }
        return value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static Interval days(LocalDate from, LocalDate to, ZoneId zone) {
        return new Interval(micros(from.atStartOfDay(), zone), micros(to.atStartOfDay(), zone));
    }

    /** Not by ChronoUnit.MICROS.between, which counts nanoseconds: it ends in 2262. */
    private static long micros(LocalDateTime at, ZoneId zone) {
        long seconds = zone instanceof ZoneOffset offset
                ? at.toEpochSecond(offset)
                : at.atZone(zone).toEpochSecond();
        return seconds * 1_000_000;
    }
}
