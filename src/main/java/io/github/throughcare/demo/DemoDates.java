package io.github.throughcare.demo;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Relative dates in demo data, so that the stories always happen now: <code>{{today-3}}</code> is the date three days ago,
 * <code>{{now+2h}}</code> the moment in two hours ({@code d}, {@code h} or {@code m}; to the second, with offset). The convention
 * stands in {@code ig/input/examples/demo/README.md}.
 */
final class DemoDates {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(.*?)}}");
    private static final Pattern TODAY = Pattern.compile("today(?:([+-]\\d{1,5}))?");
    private static final Pattern NOW = Pattern.compile("now(?:([+-]\\d{1,5})([dhm]))?");

    private final Instant now;
    private final ZoneId zone;

    /**
     * @param now the moment that the stories are told
     * @param zone the facility's time zone
     */
    DemoDates(Instant now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /**
     * Replaces every placeholder.
     *
     * @throws IllegalArgumentException for one that it does not know
     */
    String fill(String text) {
        return PLACEHOLDER.matcher(text).replaceAll(this::value);
    }

    private String value(MatchResult placeholder) {
        var today = TODAY.matcher(placeholder.group(1));
        if (today.matches()) {
            long days = today.group(1) == null ? 0 : Long.parseLong(today.group(1));
            return LocalDate.ofInstant(now, zone).plusDays(days).toString();
        }
        var moment = NOW.matcher(placeholder.group(1));
        if (moment.matches()) {
            return moment(moment.group(1), moment.group(2)).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
        }
        throw new IllegalArgumentException(
                placeholder.group() + " is neither {{today}}, {{today-3}}, {{now}} nor {{now-3d}} (d, h, m)");
    }

    private OffsetDateTime moment(@Nullable String amount, @Nullable String unit) {
        ZonedDateTime moment = now.truncatedTo(ChronoUnit.SECONDS).atZone(zone);
        if (amount != null && unit != null) {
            ChronoUnit step =
                    unit.equals("d") ? ChronoUnit.DAYS : unit.equals("h") ? ChronoUnit.HOURS : ChronoUnit.MINUTES;
            moment = moment.plus(Long.parseLong(amount), step);
        }
        return moment.toOffsetDateTime();
    }
}
