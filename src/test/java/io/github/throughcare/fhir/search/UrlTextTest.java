package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "patient; patient",
                "_has:Condition:patient:code; _has:Condition:patient:code",
                "http://loinc.org|8867-4; http://loinc.org%7C8867-4",
                "a,b$c*d; a,b$c*d",
                "two words; two%20words",
                "a+b&c=d%; a%2Bb%26c%3Dd%25",
                "Müller; M%C3%BCller",
                "日本; %E6%97%A5%E6%9C%AC",
                "x😀y; x%F0%9F%98%80y",
                "~\\|; %7E%5C%7C",
            })
    void encodes(String text, String expected) {
        assertThat(encoded(text)).isEqualTo(expected);
    }

    @Property
    void whatIsDecodedIsTheText(@ForAll String text) {
        String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertThat(URLDecoder.decode(encoded(text), StandardCharsets.UTF_8)).isEqualTo(whole);
        assertThat(encoded(text)).matches("[\\x21-\\x7e]*").doesNotContain("&", "=", "#", "+", "\"", "<");
    }

    private static String encoded(String text) {
        StringBuilder out = new StringBuilder();
        UrlText.encode(text, out);
        return out.toString();
    }
}
