package io.github.throughcare.fhir.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** R4's examples of significant figures (search.html 3.1.1.4.6), and what follows from them. */
class DecimalsTest {

    @ParameterizedTest
    @CsvSource({
        "100, 99.5, 100.5",
        "100.00, 99.995, 100.005",
        "1e2, 95, 105",
        "1.00e2, 99.5, 100.5",
        "1.0e2, 95, 105",
        "12e2, 1150, 1250",
        "2e1, 19.5, 20.5",
        "2.0, 1.95, 2.05",
        "5e-1, 0.45, 0.55",
        "0, -0.5, 0.5",
        "-3, -3.5, -2.5"
    })
    void the_written_digits_make_the_range(String written, double lo, double hi) {
        Decimals.Range range = Decimals.of(new BigDecimal(written));
        assertThat(range.lo()).isEqualTo(lo);
        assertThat(range.hi()).isEqualTo(hi);
    }
}
