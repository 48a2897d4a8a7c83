package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrequenciesTest {

    /** 20,000 is where walking through the whole type begins: no number of rare keys that a search may have leads there. */
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 100", "10, 1000", "11, 1010", "200, 2900", "1000, 10900"})
    void of_many_rare_keys_the_average_counts(long keys, long rows) {
        assertThat(Frequencies.rare(keys)).isEqualTo(rows).isLessThan(20_000);
    }
}
