package io.github.throughcare.fhir.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FhirTimeTest {

    @ParameterizedTest
    @CsvSource({
        "2026,                           2026-01-01T05:00:00Z, 2027-01-01T05:00:00Z",
        "2026-02,                        2026-02-01T05:00:00Z, 2026-03-01T05:00:00Z",
        "2024-02-29,                     2024-02-29T05:00:00Z, 2024-03-01T05:00:00Z",
        "2026-03-08,                     2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z",
        "2026-11-01,                     2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
        "2026-07-01T10:20,               2026-07-01T14:20:00Z, 2026-07-01T14:21:00Z",
        "2026-07-01T10:20Z,              2026-07-01T10:20:00Z, 2026-07-01T10:21:00Z",
        "2026-07-01T10:20:30+02:00,      2026-07-01T08:20:30Z, 2026-07-01T08:20:31Z",
        "2026-07-01T10:20:30.5Z,         2026-07-01T10:20:30.5Z, 2026-07-01T10:20:30.6Z",
        "2026-07-01T10:20:30.123Z,       2026-07-01T10:20:30.123Z, 2026-07-01T10:20:30.124Z",
        "2026-07-01T10:20:30.123456789Z, 2026-07-01T10:20:30.123456Z, 2026-07-01T10:20:30.123457Z",
        "2016-12-31T23:59:60Z,           2017-01-01T00:00:00Z, 2017-01-01T00:00:01Z"
    })
    void a_date_is_the_stretch_of_time_that_it_names(String text, Instant from, Instant to) {
        Interval interval = FhirTime.parse(text, ZoneId.of("America/New_York")).orElseThrow();
        assertThat(Instant.EPOCH.plus(interval.lo(), ChronoUnit.MICROS)).isEqualTo(from);
        assertThat(Instant.EPOCH.plus(interval.hi(), ChronoUnit.MICROS)).isEqualTo(to);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "26", "2026-13", "2026-02-30", "2026-1-1", "2026-01-01T25:00Z", "yesterday", "2026-01-01T10Z"
            })
    void what_is_no_date_is_none(String text) {
        assertThat(FhirTime.parse(text, ZoneId.of("UTC"))).isEmpty();
    }

    /** The form as a regular expression, to hold the reading by hand against: which texts have it, of a thousand and their neighbours. */
    @Test
    void the_form_is_that_of_its_regular_expression() {
        Pattern form = Pattern.compile(
                "\\d{4}(-\\d{2}(-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,12})?)?(Z|[+-]\\d{2}:\\d{2})?)?)?)?");
        List<String> right = List.of(
                "2026",
                "2026-02",
                "2026-02-11",
                "2026-02-11T10:11",
                "2026-02-11T10:11Z",
                "2026-02-11T10:11:12",
                "2026-02-11T10:11:12+02:00",
                "2026-02-11T10:11:12.5Z",
                "2026-02-11T10:11:12.123456789012-11:00");
        String signs = "01-:.TZ+ x";
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(right.get(random.nextInt(right.size())));
            for (int n = random.nextInt(3); n > 0; n--) {
                int at = random.nextInt(text.length() + 1);
                char sign = signs.charAt(random.nextInt(signs.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.insert(at, sign);
                    case 1 -> text.setLength(at);
                    default ->
                        text.replace(
                                Math.min(at, Math.max(0, text.length() - 1)),
                                Math.min(at + 1, text.length()),
                                "" + sign);
                }
            }
            boolean isDate = FhirTime.parse(text.toString(), ZoneOffset.UTC).isPresent();
            boolean hasForm = form.matcher(text).matches();
            assertThat(!isDate || hasForm).as("form of " + text).isTrue();
            if (hasForm && !isDate) {
                assertThat(isOfCalendar(text.toString()))
                        .as("calendar of " + text)
                        .isFalse();
            }
        }
    }

    /** Whether the JDK takes it, with what may be left out filled in. */
    private static boolean isOfCalendar(String text) {
        String full = text.length() < 10 ? text + "-01-01".substring(text.length() - 4) : text;
        if (full.length() == 10) {
            full += "T00:00:00";
        }
        int zone = Math.max(
                full.indexOf('+'),
                Math.max(full.indexOf('Z'), full.lastIndexOf('-') > 10 ? full.lastIndexOf('-') : -1));
        String local = (zone < 0 ? full : full.substring(0, zone)).replaceFirst("(\\.\\d{9})\\d*$", "$1");
        try {
            LocalDateTime.parse(local.replaceFirst("(T..:..):60", "$1:59"));
            if (zone >= 0) {
                ZoneOffset.of(full.substring(zone));
            }
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
