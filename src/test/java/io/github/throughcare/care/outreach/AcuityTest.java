package io.github.throughcare.care.outreach;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AcuityTest {

    @Test
    void the_guide_says_the_same() throws IOException {
        CodeSystem levels = FhirContext.forR4Cached()
                .newJsonParser()
                .parseResource(
                        CodeSystem.class,
                        Files.readString(Path.of("ig/input/codesystems/CodeSystem-acuity-level.json")));
        Map<String, BigDecimal> points = new TreeMap<>();
        levels.getConcept()
                .forEach(c -> points.put(
                        c.getCode(),
                        new BigDecimal(c.getPropertyFirstRep().getValue().primitiveValue())));
        assertThat(points).isEqualTo(new TreeMap<>(Acuity.POINTS));
    }

    static Stream<Arguments> weights() {
        return Stream.of(
                Arguments.of(null, "1"),
                Arguments.of(level(Acuity.LEVEL, "low"), "1"),
                Arguments.of(level(Acuity.LEVEL, "intensive"), "5"),
                Arguments.of(level(Acuity.LEVEL, "unheard-of"), "1"),
                Arguments.of(level("http://example.org", "intensive"), "1"),
                Arguments.of(new DecimalType("2.5"), "2.5"),
                Arguments.of(new IntegerType(0), "0"),
                Arguments.of(new IntegerType(-100), "1"),
                Arguments.of(new StringType("high"), "1"));
    }

    @ParameterizedTest
    @MethodSource("weights")
    void what_a_case_weighs(@Nullable Type value, String points) {
        EpisodeOfCare episode = new EpisodeOfCare();
        if (value != null) {
            episode.addExtension(Acuity.EXTENSION, value);
        }
        assertThat(Acuity.points(episode)).isEqualByComparingTo(points);
        assertThat(Acuity.load(List.of(episode, new EpisodeOfCare())))
                .isEqualByComparingTo(new BigDecimal(points).add(BigDecimal.ONE));
    }

    private static CodeableConcept level(String system, String code) {
        return new CodeableConcept(new Coding(system, code, null));
    }
}
