package io.github.throughcare.fhir.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

    @Test
    void the_table_of_common_units_says_what_the_library_says() throws Exception {
        List<String> wrong = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Units.class.getResourceAsStream("/fhir/ucum-common.tsv")),
                StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith("#")) {
                    String code = line.substring(0, line.indexOf('\t'));
                    Units.Canonical asked = Units.ask(code).orElseThrow();
                    Units.Canonical listed = Units.canonical(code).orElseThrow();
                    if (!asked.unit().equals(listed.unit())
                            || asked.factor().compareTo(listed.factor()) != 0
                            || asked.offset().compareTo(listed.offset()) != 0) {
                        wrong.add(line + " but " + asked);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "5, g, 5000, mg",
        "1, [lb_av], 0.45359237, kg",
        "98.6, [degF], 37, Cel",
        "60, /min, 1, Hz",
        "72, {beats}/min, 1.2, /s",
        "1, m[iU]/mL, 1, [iU]/L",
        "1, [iU]/L, 1, [IU]/L",
        "7.5, mmol/L, 7500, umol/L",
        "3, meq/dL, 30, meq/L"
    })
    void the_same_measure_has_one_canonical_value(BigDecimal one, String unit, BigDecimal other, String otherUnit) {
        Units.Canonical a = Units.canonical(unit).orElseThrow();
        Units.Canonical b = Units.canonical(otherUnit).orElseThrow();
        assertThat(a.unit()).isEqualTo(b.unit());
        assertThat(a.of(one)).isEqualTo(b.of(other));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[pH]", "dB", "B[V]", "beats", "mcg", "", "mmHg", "1/0", "[", "kg m"})
    void what_no_factor_converts_is_left_as_written(String code) {
        assertThat(Units.canonical(code)).isEmpty();
    }

    @Test
    void arbitrary_units_are_not_plain_numbers() {
        assertThat(Units.canonical("[iU]/L").orElseThrow().unit())
                .isNotEqualTo(Units.canonical("/L").orElseThrow().unit());
    }
}
