package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.throughcare.fhir.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordQueryTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "bone; bone",
                "bone liver; (bone & liver)",
                "bone and liver; (bone & liver)",
                "bone or liver; (bone | liver)",
                "(bone OR liver) and metastases; ((bone | liver) & metastases)",
                "a or b c; (a | (b & c))",
                "a b or c; ((a & b) | c)",
                "\"two words\" -without; (\"two words\" & !without)",
                "not (a or b); !(a | b)",
                "not not a; !!a",
                "((a)); a",
                "a(b)c; (a & b & c)",
                "- a; !a"
            })
    void means(String text, String meaning) {
        assertThat(shown(WordQuery.parse("_text", text))).isEqualTo(meaning);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a", "a)", "()", "or", "a or", "and a", "a and and b", "\"a", "not", "a not", "(", ")"})
    void what_does_not_match_up_is_refused(String text) {
        assertThatThrownBy(() -> WordQuery.parse("_text", text))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(400));
    }

    @Test
    void too_much_is_refused() {
        assertThatThrownBy(() -> WordQuery.parse("_text", "a ".repeat(101)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("100");
        assertThatThrownBy(() -> WordQuery.parse("_text", "(".repeat(20_000))).isInstanceOf(Problem.class);
    }

    private static String shown(WordQuery query) {
        if (query instanceof WordQuery.Not not) {
            return "!" + shown(not.of());
        }
        if (query instanceof WordQuery.Joined joined) {
            return "("
                    + String.join(
                            joined.all() ? " & " : " | ",
                            joined.parts().stream().map(WordQueryTest::shown).toList())
                    + ")";
        }
        return ((WordQuery.Words) query).text();
    }
}
