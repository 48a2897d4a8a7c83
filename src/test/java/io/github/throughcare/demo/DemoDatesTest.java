package io.github.throughcare.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoDatesTest {

    // half past midnight UTC: still the day before in New York
    private final DemoDates dates =
            new DemoDates(Instant.parse("2026-11-22T00:30:15.123Z"), ZoneId.of("America/New_York"));

    @ParameterizedTest
    @CsvSource({
        "{{today}}, 2026-11-21",
        "{{today-3}}, 2026-11-18",
        "{{today+14}}, 2026-12-05",
        "{{now}}, 2026-11-21T19:30:15-05:00",
        "{{now-3d}}, 2026-11-18T19:30:15-05:00",
        "{{now+2h}}, 2026-11-21T21:30:15-05:00",
        "{{now-45m}}, 2026-11-21T18:45:15-05:00",
        "{{now-30d}}, 2026-10-22T19:30:15-04:00",
        "no date, no date",
        "{{today-1}} to {{today}}, 2026-11-20 to 2026-11-21"
    })
    void a_placeholder_becomes_a_date_in_the_facilitys_zone(String text, String filled) {
        assertThat(dates.fill(text)).isEqualTo(filled);
    }

    @Test
    void an_unknown_placeholder_is_refused() {
        assertThatThrownBy(() -> dates.fill("{{yesterday}}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("{{yesterday}}");
        assertThatThrownBy(() -> dates.fill("{{now-3}}")).isInstanceOf(IllegalArgumentException.class);
    }
}
