package io.github.throughcare.fhir.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinariesTest {

    @ParameterizedTest
    @CsvSource({
        "Linux,    amd64,   postgres-linux-x86_64.txz",
        "Linux,    x86_64,  postgres-linux-x86_64.txz",
        "Linux,    aarch64, postgres-linux-arm_64.txz",
        "Mac OS X, aarch64, postgres-darwin-arm_64.txz",
        "AIX,      ppc64,   postgres-aix-ppc64.txz",
    })
    void the_archive_is_named_by_platform(String os, String arch, String name) {
        assertThat(Binaries.resourceName(os, arch)).isEqualTo(name);
    }
}
