package io.github.throughcare.fhir.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** References read by hand are those that the expression of R4 (references.html 2.3.0.1) names. */
class LocalReferenceTest {

    private static final Pattern FORM =
            Pattern.compile("([A-Z][A-Za-z]{2,})/([A-Za-z0-9\\-.]{1,64})(?:/_history/[A-Za-z0-9\\-.]{1,64})?");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Patient/1",
                "Patient/a-b.C",
                "Patient/1/_history/2",
                "Patient/1/_history/",
                "Patient/1/_history",
                "Patient/1/",
                "Patient/",
                "Patient",
                "Pa/1",
                "Pat/1",
                "patient/1",
                "Patient1/1",
                "Patient/a_b",
                "Patient/ä",
                "/Patient/1",
                "http://x.y/Patient/1",
                "#p",
                "",
                "PatientX/0123456789012345678901234567890123456789012345678901234567890123",
                "Patient/01234567890123456789012345678901234567890123456789012345678901234",
                "Patient/1/_history/01234567890123456789012345678901234567890123456789012345678901234",
                "Patient/1/_history/2/3",
                "urn:uuid:0a"
            })
    void is_read_as_the_expression_reads_it(String reference) {
        same(reference);
    }

    @Property
    void whatever_it_is(
            @ForAll
                    @StringLength(max = 24)
                    @CharRange(from = 'A', to = 'D')
                    @CharRange(from = 'a', to = 'd')
                    @Chars({'/', '_', '-', '.', '1', 'h', 'i', 's', 't', 'o', 'r', 'y'})
                    String reference) {
        same(reference);
        same("Patient/" + reference);
        same("Patient/1/_history/" + reference);
    }

    private static void same(String reference) {
        var m = FORM.matcher(reference);
        assertThat(LocalReference.parse(reference))
                .isEqualTo(m.matches() ? Optional.of(new LocalReference(m.group(1), m.group(2))) : Optional.empty());
    }
}
