package io.github.throughcare.fhir.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
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
}
