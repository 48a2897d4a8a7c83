package io.github.throughcare.care;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
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
}
