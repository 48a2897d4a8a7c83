package io.github.throughcare.care;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonBytesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"recordedDate\":\"2026-10-23T08:00:00Z\"}; true",
                "{\"recordedDate\":\"2026-10-22T23:59:59Z\"}; false",
                "{\"onsetDateTime\":\"2026-10\"}; true",
                "{\"onsetDateTime\":\"2026-09\"}; false",
                "{\"onsetDateTime\":\"2026\"}; true",
                "{\"onsetDateTime\":\"2025\"}; false",
                "{\"a\":\"2001-01-01\",\"b\":\"2027-01-01\"}; true",
                "{\"code\":\"44054006\",\"a\":\"2001-01-01\"}; false",
                "{\"meta\":{\"lastUpdated\":\"2026-11-22T08:00:00Z\"},\"onsetDateTime\":\"2001-01-01\"}; false",
                "{\"meta\":{\"lastUpdated\":\"2026-11-22T08:00:00Z\"},\"code\":\"44054006\"}; true",
                "{\"code\":\"44054006\"}; true",
                "{}; true"
            })
    void what_may_be_since_a_day_is_seen_without_parsing(String json, boolean expected) {
        assertThat(JsonBytes.mayBeSince(json.getBytes(StandardCharsets.UTF_8), LocalDate.of(2026, 10, 23)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"subject\":{\"reference\":\"Patient/1\"}}; 1",
                "{\"focus\":[{\"reference\":\"Patient/baby\"}],\"subject\":{\"reference\":\"Patient/1\"},\"x\":{\"reference\":\"Patient/1\"}}; 1 baby",
                "{\"subject\":{\"reference\":\"Patient/1/_history/2\"}}; 1",
                "{\"subject\":{\"reference\":\"Group/1\"}}; ``",
                "{\"subject\":{\"identifier\":{\"value\":\"Patient/1\"}}}; ``",
                "{\"subject\":{\"reference\":\"Patient/1; 1"
            })
    void everybody_it_refers_to_is_found(String json, String patients) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertThat(String.join(" ", new TreeSet<>(JsonBytes.patients(bytes)))).isEqualTo(patients);
        assertThat(JsonBytes.mayBeOf(bytes, "1"::equals)).isTrue();
        assertThat(JsonBytes.mayBeOf(bytes, "2"::equals)).isEqualTo(patients.isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"meta\":{\"versionId\":\"1\",\"lastUpdated\":\"x\"}}; true",
                "{\"meta\":{\"versionId\":\"11\"}}; false",
                "{\"meta\":{\"versionId\":\"2\"},\"contained\":[{\"meta\":{\"versionId\":\"1\"}}]}; false",
                "{}; false"
            })
    void the_first_version_is_known(String json, boolean first) {
        assertThat(JsonBytes.isFirst(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(first);
    }
}
