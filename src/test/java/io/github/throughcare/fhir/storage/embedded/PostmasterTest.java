package io.github.throughcare.fhir.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostmasterTest {

    @ParameterizedTest
    @CsvSource({"0, 128", "536870912, 128", "4294967296, 512", "25769803776, 3072", "137438953472, 4096"})
    void sharesAnEighthOfTheMemory(long memory, long megabytes) {
        assertThat(Postmaster.sharedBuffers(memory)).isEqualTo(megabytes);
    }
}
