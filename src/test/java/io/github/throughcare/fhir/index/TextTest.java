package io.github.throughcare.fhir.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {

    @ParameterizedTest
    @CsvSource({
        "Müller, muller",
        "MULLER, muller",
        "'  a   b ', 'a b'",
        "Straße, strasse",
        "STRASSE, strasse",
        "İstanbul, istanbul",
        "Ångström, angstrom",
        "O'Neil, o'neil",
        "ΣΊΣΥΦΟΣ, σισυφος"
    })
    void case_accents_and_spaces_do_not_count(String text, String folded) {
        assertThat(Text.fold(text)).isEqualTo(Text.fold(folded)).isEqualTo(Text.fold(Text.fold(text)));
    }
}
