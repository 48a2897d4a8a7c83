package io.github.throughcare.fhir.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstantTextTest {

    private static final DateTimeFormatter SLOW =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource({
        "0, 1970-01-01T00:00:00.000Z",
        "1001999, 1970-01-01T00:00:01.001Z",
        "-1, 1969-12-31T23:59:59.999Z",
        "1795305608043000, 2026-11-22T00:00:08.043Z",
        "951782400000000, 2000-02-29T00:00:00.000Z",
        "-62167219200000000, 0000-01-01T00:00:00.000Z",
        "253402300799999999, 9999-12-31T23:59:59.999Z",
    })
    void writes(long micros, String expected) {
        assertThat(InstantText.of(micros)).isEqualTo(expected);
    }

    @Property
    void asAFormatterDoes(@ForAll @LongRange(min = -62167219200000000L, max = 253402300799999999L) long micros) {
        assertThat(InstantText.of(micros)).isEqualTo(SLOW.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS)));
    }
}
